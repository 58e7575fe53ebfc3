using System.ComponentModel.DataAnnotations;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>Whether consumables can be counted, and whether there is what they say draws them.</summary>
internal static class ConsumableValidation
{
    public static IEnumerable<string> Of(InstrumentListOptions options)
    {
        string[] instruments = [.. options.Instruments.Select(instrument => instrument.Name)];
        for (var k = 0; k < options.Consumables.Count; k++)
        {
            var one = options.Consumables[k];
            foreach (var failure in Annotations(one)) yield return $"Consumables:{k}: {failure}";
            if (one.Unit.Length > 0 && Trouble(one.Unit) is { } trouble) yield return $"Consumables:{k}: Unit: {trouble}";
            if (one.OnHand > one.Capacity) yield return FormattableString.Invariant($"Consumables:{k}: OnHand is {one.OnHand}, and there is room for {one.Capacity} (Capacity)");
            if (one.Low >= one.Capacity) yield return FormattableString.Invariant($"Consumables:{k}: Low is {one.Low}, which a refill up to the Capacity of {one.Capacity} would not leave behind");
            if (one.DrawnBy.Count == 0) yield return $"Consumables:{k}: DrawnBy names what draws it, one instrument or more";
            foreach (var text in one.DrawnBy)
            {
                if (ConsumableOptions.PointOf(text) is not { } point) yield return $"Consumables:{k}: DrawnBy '{text}' is not INSTRUMENT, INSTRUMENT COMMAND.ARGUMENT or INSTRUMENT PORT=NUMBER, such as 'robot transfer.volume source-well=3'";
                else if (!instruments.Contains(point.Instrument)) yield return $"Consumables:{k}: DrawnBy names '{point.Instrument}', which is no instrument; {(instruments.Length == 0 ? "there are none" : $"there are {string.Join(", ", instruments)}")}";
            }

            if (options.Instruments.Any(instrument => instrument.Name == one.Name || instrument.Plays == one.Name)) yield return $"Consumables:{k}: '{one.Name}' is what an instrument is called; give the consumable a name of its own";
        }

        foreach (var twice in options.Consumables.GroupBy(one => one.Name).Where(group => group.Count() > 1)) yield return $"Consumables: the name '{twice.Key}' is given {twice.Count()} times";
    }

    private static string? Trouble(string unit)
    {
        try
        {
            _ = Unit.Parse(unit);
            return null;
        }
        catch (FrameException error)
        {
            return error.Message;
        }
    }

    private static IEnumerable<string?> Annotations(object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => result.ErrorMessage);
    }
}
