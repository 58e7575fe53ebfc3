using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>What a birth must say so that a lab can use an instrument it has never heard of.</summary>
internal static class BirthAssertions
{
    public static IEnumerable<ConformanceVerdict> Of(Birth birth, InstrumentTopics topics)
    {
        yield return new(4, "the schema hash is that of the commands and properties", birth.SchemaHash == SchemaHashes.Of(birth.Commands, birth.Properties)
            ? null : $"it says {birth.SchemaHash}");
        yield return new(5, "the epoch is at least 1", birth.Epoch >= 1 ? null : $"it is {birth.Epoch}");
        yield return new(7, "every range is a range, and holds its default", First(birth, (_, parameter) =>
            double.IsFinite(parameter.Low) && double.IsFinite(parameter.High) && parameter.Low < parameter.High
            && (parameter.Default is not { } value || (value >= parameter.Low && value <= parameter.High))));
        yield return new(8, "it names itself, its family and its device", birth.Instrument == topics.Instrument && birth.Family.Length > 0 && birth.Identity.Model.Length > 0
            ? null : $"instrument '{birth.Instrument}', family '{birth.Family}', model '{birth.Identity.Model}'");
        yield return new(48, "times are UTC", birth.At.Offset == TimeSpan.Zero ? null : $"it says {birth.At:O}");
    }

    private static string? First(Birth birth, Func<CommandDescription, ParameterDescription, bool> holds) => birth.Commands
        .SelectMany(command => command.Parameters.Where(parameter => !holds(command, parameter)).Select(parameter => $"{command.Name}.{parameter.Name} has {parameter.Low}..{parameter.High} {parameter.Unit}"))
        .FirstOrDefault();
}
