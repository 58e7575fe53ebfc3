using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The mixtures and counts of a campaign.</summary>
internal sealed class PartReader(ImmutableArray<ParameterPlan> parameters, ProblemList problems)
{
    private readonly ParameterValueReader _values = new(parameters, problems);
    private readonly ImmutableArray<SearchDimension> _dimensions = parameters.Any(parameter => parameter is UnknownParameter) ? [] : [.. parameters.Select(parameter => parameter.ToDimension())];

    public ImmutableArray<MixturePlan> Mixtures(ListNode? list) => [.. Maps(list).Where(CampaignKeys.Mixture.Accepts).Select(Mixture).OfType<MixturePlan>()];

    public ImmutableArray<CountPlan> Counts(ListNode? list) => [.. Maps(list).Where(CampaignKeys.Count.Accepts).Select(Count).OfType<CountPlan>()];

    private MixturePlan? Mixture(MapNode mixture)
    {
        var total = QuantityShape.Read((TextNode)mixture["total"]!)!.Value;
        if (Parts((ListNode)mixture["of"]!, "a mixture") is not { } parts) return null;
        foreach (var (part, at) in parts.Zip(((ListNode)mixture["of"]!).Items))
        {
            var unit = parameters[part].Unit;
            if (unit.Fits(total.Unit) && !UnitProducts.HasOwnZero(unit)) continue;
            problems.Add(at.At, unit.Fits(total.Unit) ? $"{unit} do not add up" : $"'{parameters[part].Name}' is in {ParameterValueReader.Named(unit)}, and the total in {ParameterValueReader.Named(total.Unit)}", "all parts and their total measure the same thing");
            return null;
        }

        var equation = Checked(mixture["total"]!.At, () => PartRules.Mixture(_dimensions, parts, [.. parts.Select(part => parameters[part].Unit.Convert(1, total.Unit))], total.Value, value => new Quantity(value, total.Unit).ToString(), []));
        return equation is null ? null : new MixturePlan(equation, $"{Names(parts, " + ")} == {total}");
    }

    private CountPlan? Count(MapNode count)
    {
        if (Parts((ListNode)count["of"]!, "a count") is not { } parts) return null;
        var (least, most) = (Whole(count, "least") ?? 0, Whole(count, "most") ?? parts.Length);
        foreach (var (key, number) in new[] { ("least", least), ("most", most) })
        {
            if (number <= parts.Length) continue;
            problems.Add(count[key]!.At, $"'{key}' is {number}, and there are {parts.Length} parts", "it counts how many of them are other than zero");
            return null;
        }

        var limit = Checked(count["of"]!.At, () => PartRules.Count(_dimensions, parts, least, most));
        return limit is null ? null : new CountPlan(limit, $"{least} to {most} of {Names(parts, ", ")}");
    }

    private ImmutableArray<int>? Parts(ListNode names, string what)
    {
        int?[] places = [.. names.Items.Select(name => _values.Find((TextNode)name))];
        if (places.Contains(null) || _dimensions.IsEmpty) return null;
        foreach (var (place, at) in places.Zip(names.Items))
        {
            if (parameters[place!.Value].When is null) continue;
            problems.Add(at.At, $"'{parameters[place.Value].Name}' does not count in every trial, and {what} is of parameters that do", "leave it out, or leave out its 'when'");
            return null;
        }

        ImmutableArray<int> parts = [.. places.OfType<int>()];
        return Checked(names.At, () => PartRules.Parts(_dimensions, parts, what).ToArray()) is null ? null : parts;
    }

    private T? Checked<T>(Mark at, Func<T> make) where T : class
    {
        try
        {
            return make();
        }
        catch (StudyException wrong)
        {
            problems.Add(at, wrong.Message);
            return null;
        }
    }

    private string Names(ImmutableArray<int> parts, string separator) => string.Join(separator, parts.Select(part => parameters[part].Name));

    private static IEnumerable<MapNode> Maps(ListNode? list) => list?.Items.OfType<MapNode>() ?? [];

    private static int? Whole(MapNode map, string key) => (int?)(map[key] as TextNode)?.AsNumber();
}
