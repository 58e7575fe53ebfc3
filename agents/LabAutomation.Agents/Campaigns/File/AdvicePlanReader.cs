using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Learning.Advising;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The advice of a campaign, its names looked up among the parameters and its amounts in their units.</summary>
internal sealed class AdvicePlanReader(ImmutableArray<ParameterPlan> parameters, ProblemList problems)
{
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
        if (Find(one.Key) is not { } place) return null;
        var parameter = parameters[place];
        if (one.Value is ListNode list) return Listed(place, list);
        var map = (MapNode)one.Value;
        if (!parameter.IsNumeric) return Refused(map.At, $"'{parameter.Name}' has no order, so that nothing is a range or near a place of it", $"list choices: [{string.Join(", ", ((CategoricalParameter)parameter).Choices.Take(2))}]");
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
        if (QuantityShape.Read(within) is not { } distance || !Fits(distance, parameter, within)) return null;
        var read = PreferredPlace.About(place, parameter.ToDimension(), centre, distance.In(parameter.Unit) - new Quantity(0, distance.Unit).In(parameter.Unit));
        if (read.Width is >= PreferredPlace.LeastWidth and <= 1) return read;
        problems.Add(within.At, $"'within' is {distance}, and the range of '{parameter.Name}' is {Range(parameter)}", "it is between a thousandth of the range and the whole of it");
        return null;
    }

    private PreferredChoices? Listed(int place, ListNode list)
    {
        if (parameters[place] is RealParameter real)
        {
            problems.Add(list.At, $"'{real.Name}' is real and has no list of values", "{ from: …, to: … } or { near: … }");
            return null;
        }
        double?[] values = [.. list.Items.Select(item => Coordinate(place, (TextNode)item))];
        return values.Contains(null) ? null : new PreferredChoices(place, [.. values.OfType<double>()]);
    }

    private Preference? Place((TextNode Key, YamlNode Value) one)
    {
        if (Find(one.Key) is not { } place || Coordinate(place, (TextNode)one.Value) is not { } coordinate) return null;
        return parameters[place].IsNumeric ? new PreferredPlace(place, coordinate) : new PreferredChoices(place, [coordinate]);
    }

    private int? Find(TextNode name)
    {
        for (var k = 0; k < parameters.Length; k++)
            if (parameters[k].Name == name.Text) return parameters[k] is UnknownParameter ? null : k;
        problems.Add(name.At, $"'{name.Text}' is not a parameter of this campaign", NearestName.Hint(name.Text, parameters.Select(parameter => parameter.Name), "its parameters"));
        return null;
    }

    private double? Coordinate(int place, TextNode value)
    {
        var parameter = parameters[place];
        if (parameter is CategoricalParameter categorical)
        {
            if (categorical.Choices.IndexOf(value.Text) is >= 0 and var choice) return choice;
            problems.Add(value.At, $"'{categorical.Name}' has no choice '{value.Text}'", NearestName.Hint(value.Text, categorical.Choices, "its choices"));
            return null;
        }
        if (QuantityShape.Read(value) is not { } amount)
        {
            problems.Add(value.At, $"'{parameter.Name}' cannot be '{value.Text}'", "it is a number with its unit");
            return null;
        }
        return Fits(amount, parameter, value) ? Within(amount.In(parameter.Unit), parameter.ToDimension(), parameter, value) : null;
    }

    private double? Amount(MapNode map, string key, ParameterPlan parameter) =>
        map[key] is TextNode text && QuantityShape.Read(text) is { } amount && Fits(amount, parameter, text) ? Within(amount.In(parameter.Unit), Whole(parameter), parameter, text) : null;

    private bool Fits(Quantity amount, ParameterPlan parameter, TextNode at)
    {
        if (amount.Unit.Fits(parameter.Unit)) return true;
        problems.Add(at.At, $"'{parameter.Name}' is in {Named(parameter.Unit)}, and not in {Named(amount.Unit)}", $"write it in {Named(parameter.Unit)}");
        return false;
    }

    /// <summary>The ends of a range, and a place, may lie between listed values.</summary>
    private static RealDimension Whole(ParameterPlan parameter) => parameter switch
    {
        RealParameter real => new RealDimension(real.Name, real.Low, real.High),
        IntegerParameter integer => new RealDimension(integer.Name, integer.Low, integer.High),
        _ => new RealDimension(parameter.Name, ((DiscreteParameter)parameter).Values[0], ((DiscreteParameter)parameter).Values[^1]),
    };

    private double? Within(double value, SearchDimension dimension, ParameterPlan parameter, TextNode at)
    {
        try
        {
            return Admission.OfNumber(dimension, value);
        }
        catch (StudyException)
        {
            problems.Add(at.At, $"'{parameter.Name}' cannot be {at.Text}", $"it is {Range(parameter)}");
            return null;
        }
    }

    private Preference? Refused(Mark at, string message, string hint)
    {
        problems.Add(at, message, hint);
        return null;
    }

    private static string Range(ParameterPlan parameter) => parameter switch
    {
        RealParameter real => $"{new Quantity(real.Low, real.Unit)} to {new Quantity(real.High, real.Unit)}",
        IntegerParameter whole => $"a whole number, {new Quantity(whole.Low, whole.Unit)} to {new Quantity(whole.High, whole.Unit)}",
        DiscreteParameter discrete => $"one of {string.Join(", ", discrete.Values.Select(value => new Quantity(value, discrete.Unit)))}",
        _ => "a choice",
    };

    private static string Named(Unit unit) => unit.Symbol == "1" ? "no unit" : unit.Symbol;

    private static IEnumerable<MapNode> Maps(YamlNode? node) => node is ListNode list ? list.Items.OfType<MapNode>() : [];

    private static double? Number(MapNode map, string key) => (map[key] as TextNode)?.AsNumber();
}
