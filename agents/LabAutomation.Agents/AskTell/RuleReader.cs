using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>What of an opened problem ties parameters together: mixtures, counts, where a parameter counts at all, and what is read instead of chosen.</summary>
internal sealed class RuleReader(ImmutableArray<SearchDimension> dimensions, SpaceRules conditional)
{
    /// <param name="constraints">What was read of the expressions.</param>
    public SpaceRules Read(MessageObject open, JsonElement parameters, Constraints constraints) => new()
    {
        Nonlinear = constraints.Nonlinear,
        Linear = open.Find("mixtures") is { } mixtures ? [.. constraints.Linear, .. MessageValues.List(mixtures, "'mixtures'").Select(Mixture)] : constraints.Linear,
        Counts = open.Find("counts") is { } counts ? [.. MessageValues.List(counts, "'counts'").Select(Count)] : [],
        Activations = conditional.Activations,
        Contexts = [.. parameters.EnumerateArray().Select((parameter, d) => (parameter, d)).Where(pair => IsContext(pair.parameter, pair.d)).Select(pair => pair.d)],
    };

    /// <summary>Where parameters count at all, on which depends what everything else asks of them.</summary>
    public static SpaceRules Conditional(ImmutableArray<SearchDimension> dimensions, JsonElement parameters) =>
        new() { Activations = new RuleReader(dimensions, SpaceRules.None).Activations(parameters) };

    private bool IsContext(JsonElement parameter, int d)
    {
        if (!parameter.TryGetProperty("context", out var context)) return false;
        if (!MessageValues.Truth(context, $"'context' of parameter '{dimensions[d].Name}'")) return false;
        return dimensions[d] is TaskDimension or FidelityDimension
            ? throw new StudyException($"parameter '{dimensions[d].Name}' is a task or a fidelity, which is known without being read; leave 'context' out")
            : true;
    }

    private LinearConstraint Mixture(JsonElement mixture)
    {
        var message = MessageObject.Of(mixture, "a mixture", "of", "total");
        var (parts, total) = (Numeric(message["of"], "a mixture"), MessageValues.Number(message["total"], "'total' of a mixture"));
        return PartRules.Mixture(dimensions, parts, [.. parts.Select(_ => 1.0)], total, value => FormattableString.Invariant($"{value:G6}"), conditional.Activations);
    }

    private CountLimit Count(JsonElement count)
    {
        var message = MessageObject.Of(count, "a count", "of", "least", "most");
        var parts = Numeric(message["of"], "a count");
        var least = message.Find("least") is { } few ? MessageValues.Whole(few, "'least' of a count", 0, parts.Length) : 0;
        var most = message.Find("most") is { } many ? MessageValues.Whole(many, "'most' of a count", 0, parts.Length) : parts.Length;
        return PartRules.Count(dimensions, parts, least, most);
    }

    private ImmutableArray<Activation> Activations(JsonElement parameters)
    {
        var found = ImmutableArray.CreateBuilder<Activation>();
        foreach (var (parameter, d) in parameters.EnumerateArray().Select((parameter, d) => (parameter, d)))
        {
            if (!parameter.TryGetProperty("when", out var when)) continue;
            var what = $"'when' of parameter '{dimensions[d].Name}'";
            if (when.ValueKind != JsonValueKind.Object || when.EnumerateObject().Count() != 1)
                throw new StudyException($"{what} is an object with one parameter and the list of its values for which this one counts, such as {{\"method\":[\"heat\"]}}");
            var named = when.EnumerateObject().Single();
            var parent = PlaceOf(named.Name, what);
            if (parent >= d) throw new StudyException($"{what} names '{named.Name}', which stands after it; a parameter stands after what it depends on");
            if (UnitCube.ValuesOf(dimensions[parent]) is null) throw new StudyException($"{what} names '{named.Name}', which is real; what another depends on has a list of values");
            if (named.Value is { ValueKind: JsonValueKind.Array } && named.Value.GetArrayLength() == 0) throw new StudyException($"{what} lists no value of '{named.Name}', so '{dimensions[d].Name}' would never count; leave the parameter out, or name a value");
            found.Add(new Activation(d, parent, [.. MessageValues.List(named.Value, what).Select(value => PointReader.Coordinate(dimensions[parent], value))]));
        }
        return found.ToImmutable();
    }

    private ImmutableArray<int> Numeric(JsonElement names, string what) =>
        PartRules.Parts(dimensions, [.. MessageValues.List(names, $"'of' of {what}").Select(name => PlaceOf(MessageValues.Text(name, $"a name in {what}"), what))], what);

    private int PlaceOf(string name, string what)
    {
        for (var d = 0; d < dimensions.Length; d++)
            if (dimensions[d].Name == name) return d;
        throw new StudyException($"{what} names '{Admission.Shortened(name)}', which is not a parameter; parameters are {string.Join(", ", dimensions.Select(dimension => dimension.Name))}");
    }
}
