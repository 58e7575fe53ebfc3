using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The advice of a campaign, its names looked up among the parameters and its amounts in their units.</summary>
internal sealed class AdvicePlanReader(ImmutableArray<ParameterPlan> parameters, ProblemList problems)
{
    private readonly ParameterValueReader _values = new(parameters, problems);

    /// <param name="planner">Which has to be one that learns.</param>
    /// <param name="goal">Null where it could not be read.</param>
    /// <returns>Null where there is none, or where something of it is reported.</returns>
    public AdvicePlan? Read(YamlNode? node, string? planner, Goal? goal)
    {
        if (node is not MapNode advice) return null;
        if (planner is not null && planner != CampaignFile.PlannerKinds[0]) problems.Add(advice.At, $"planner '{planner}' looks at no advice", $"leave the advice out, or plan with {CampaignFile.PlannerKinds[0]}");
        if (goal is { Objectives: [{ Aim: Aim.Learn or Aim.FindLevel }] }) problems.Add(advice.At, "advice says where the best is, and this goal has no best", "it is for goals by which one trial is better than another");
        if (advice["regions"] is null && advice["points"] is null) problems.Add(advice.At, "the advice lacks 'regions' or 'points'", "one of them says where the best is expected");
        if (!CampaignKeys.Advice.Accepts(advice)) return null;
        var (regions, before) = (ImmutableArray.CreateBuilder<AdvisedRegion>(), problems.Count);
        foreach (var region in Maps(advice["regions"])) regions.Add(new AdvisedRegion([.. ((MapNode)region["where"]!).Entries.Select(Preference).OfType<Preference>()]) { Weight = Number(region, "weight") ?? 1 });
        foreach (var point in Maps(advice["points"])) regions.Add(new AdvisedRegion([.. point.Entries.Select(Place).OfType<Preference>()]));
        if (problems.Count > before || regions.Count == 0) return null;
        var read = new Advice(regions.ToImmutable());
        return new AdvicePlan(Number(advice, "trust") is { } trust ? read with { Trust = trust } : read, (advice["because"] as TextNode)?.Text ?? "");
    }

    private Preference? Preference((TextNode Key, YamlNode Value) one)
    {
        if (_values.Find(one.Key) is not { } place) return null;
        var parameter = parameters[place];
        if (one.Value is ListNode list) return Listed(place, list);
        var map = (MapNode)one.Value;
        if (!parameter.IsNumeric) return Refused(map.At, $"'{parameter.Name}' has no order, so that nothing is a range or near a place of it", $"list choices: [{string.Join(", ", ((ChoiceParameter)parameter).Choices.Take(2))}]");
        var (from, to, near) = (Amount(map, "from", parameter), Amount(map, "to", parameter), Amount(map, "near", parameter));
        if (map["near"] is null && map["within"] is null)
        {
            if (map.Entries.IsEmpty) return Refused(map.At, $"nothing is preferred of '{parameter.Name}'", "{ from: …, to: … } or { near: … }");
            return from > to ? Refused(map["to"]!.At, "'to' is below 'from'", "a range goes from the lower end to the upper one") : new PreferredRange(place, from, to);
        }
        if (map["near"] is null || map["from"] is not null || map["to"] is not null) return Refused(map.At, $"what is preferred of '{parameter.Name}' is a range or a place", "{ from: …, to: … } or { near: …, within: … }");
        return near is { } centre ? About(place, centre, map["within"] as TextNode) : null;
    }

    private PreferredPlace? About(int place, double centre, TextNode? within)
    {
        var parameter = parameters[place];
        if (within is null) return PreferredPlace.About(place, parameter.ToDimension(), centre, null);
        if (QuantityShape.Read(within) is not { } distance || !_values.Fits(distance, parameter, within)) return null;
        var read = PreferredPlace.About(place, parameter.ToDimension(), centre, distance.In(parameter.Unit) - new Quantity(0, distance.Unit).In(parameter.Unit));
        if (read.Width is >= PreferredPlace.LeastWidth and <= 1) return read;
        problems.Add(within.At, $"'within' is {distance}, and the range of '{parameter.Name}' is {ParameterValueReader.Range(parameter)}", "it is between a thousandth of the range and the whole of it");
        return null;
    }

    private PreferredChoices? Listed(int place, ListNode list)
    {
        if (parameters[place] is RealParameter real)
        {
            problems.Add(list.At, $"'{real.Name}' is real and has no list of values", "{ from: …, to: … } or { near: … }");
            return null;
        }
        double?[] values = [.. list.Items.Select(item => _values.Coordinate(parameters[place], (TextNode)item))];
        return values.Contains(null) ? null : new PreferredChoices(place, [.. values.OfType<double>()]);
    }

    private Preference? Place((TextNode Key, YamlNode Value) one)
    {
        if (_values.Find(one.Key) is not { } place || _values.Coordinate(parameters[place], (TextNode)one.Value) is not { } coordinate) return null;
        return parameters[place].IsNumeric ? new PreferredPlace(place, coordinate) : new PreferredChoices(place, [coordinate]);
    }

    private double? Amount(MapNode map, string key, ParameterPlan parameter) =>
        map[key] is TextNode text && QuantityShape.Read(text) is { } amount && _values.Fits(amount, parameter, text) ? _values.Within(amount.In(parameter.Unit), Whole(parameter), parameter, text) : null;

    /// <summary>The ends of a range, and a place, may lie between listed values.</summary>
    private static RealDimension Whole(ParameterPlan parameter) => parameter switch
    {
        RealParameter real => new RealDimension(real.Name, real.Low, real.High),
        IntegerParameter integer => new RealDimension(integer.Name, integer.Low, integer.High),
        _ => new RealDimension(parameter.Name, ((DiscreteParameter)parameter).Values[0], ((DiscreteParameter)parameter).Values[^1]),
    };

    private Preference? Refused(Mark at, string message, string hint)
    {
        problems.Add(at, message, hint);
        return null;
    }

    private static IEnumerable<MapNode> Maps(YamlNode? node) => node is ListNode list ? list.Items.OfType<MapNode>() : [];

    private static double? Number(MapNode map, string key) => (map[key] as TextNode)?.AsNumber();
}
