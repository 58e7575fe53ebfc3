using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The parameters of a campaign, each in one unit.</summary>
internal sealed class ParameterReader(ProblemList problems)
{
    public ImmutableArray<ParameterPlan> Read(MapNode? parameters)
    {
        if (parameters is null) return [];
        if (parameters.Entries.Length > CampaignKeys.MostParameters)
            problems.Add(parameters.Entries[CampaignKeys.MostParameters].Key.At, $"this is parameter {CampaignKeys.MostParameters + 1}",
                $"a campaign has at most {CampaignKeys.MostParameters}");
        var plans = ImmutableArray.CreateBuilder<ParameterPlan>();
        foreach (var (key, value) in parameters.Entries)
        {
            CheckName(key);
            if (value is MapNode map && CampaignKeys.Parameter.Accepts(map) && Parameter(key.Text, map) is { } plan) plans.Add(plan);
            else plans.Add(new UnknownParameter(key.Text));
        }

        return plans.ToImmutable();
    }

    private void CheckName(TextNode key)
    {
        if (TermScanner.IsWord(key.Text)) problems.Add(key.At, $"'{key.Text}' has a meaning in expressions", "choose another name");
        else if (Unit.TryParse(key.Text, out _))
            problems.Add(key.At, $"'{key.Text}' is a unit, and expressions could not tell the two apart", "choose another name");
    }

    private ParameterPlan? Parameter(string name, MapNode map) => ((TextNode)map["kind"]!).Text switch
    {
        "real" => Real(name, map),
        "integer" => Integer(name, map),
        "discrete" => Discrete(name, (ListNode)map["values"]!),
        _ => Categorical(name, (ListNode)map["choices"]!),
    };

    private RealParameter? Real(string name, MapNode map)
    {
        if (Bounds(map) is not var (unit, low, high)) return null;
        var isLogarithmic = map["scale"] is TextNode { Text: "log" };
        if (isLogarithmic && low <= 0) return Refuse<RealParameter>(map["low"]!, "a logarithmic scale has no zero", "give a low above zero");
        return new RealParameter(name, unit, low, high, isLogarithmic);
    }

    private IntegerParameter? Integer(string name, MapNode map)
    {
        if (Bounds(map) is not var (unit, low, high)) return null;
        foreach (var (bound, key) in new[] { (low, "low"), (high, "high") })
            if (Math.Abs(bound - Math.Round(bound)) > 1e-9 || Math.Abs(bound) > 1e9)
                return Refuse<IntegerParameter>(map[key]!, $"'{key}' of an integer parameter is a whole number", "kind: real has numbers in between");
        return new IntegerParameter(name, unit, (int)Math.Round(low), (int)Math.Round(high));
    }

    private DiscreteParameter? Discrete(string name, ListNode list)
    {
        var values = list.Items.Select(item => QuantityShape.Read((TextNode)item)!.Value).ToArray();
        var unit = values[0].Unit;
        var seen = new SortedSet<double>();
        for (var k = 0; k < values.Length; k++)
        {
            if (!values[k].Unit.Fits(unit))
                return Refuse<DiscreteParameter>(list.Items[k], $"{values[k]} is not in {Named(unit)}, as the first value is", "give all in one unit");
            if (!seen.Add(values[k].In(unit))) return Refuse<DiscreteParameter>(list.Items[k], $"{values[k]} stands here twice", "leave one out");
        }

        return new DiscreteParameter(name, unit, [.. seen]);
    }

    private CategoricalParameter? Categorical(string name, ListNode list)
    {
        var choices = list.Items.Select(item => ((TextNode)item).Text).ToImmutableArray();
        for (var k = 0; k < choices.Length; k++)
        {
            if (choices.IndexOf(choices[k]) < k)
                return Refuse<CategoricalParameter>(list.Items[k], $"'{choices[k]}' stands here twice", "leave one out");
            if (choices[k].Contains('\'')) return Refuse<CategoricalParameter>(list.Items[k], "a choice has no quote in it", "choose another word");
        }

        return new CategoricalParameter(name, choices);
    }

    private (Unit Unit, double Low, double High)? Bounds(MapNode map)
    {
        var (low, high) = (QuantityShape.Read((TextNode)map["low"]!)!.Value, QuantityShape.Read((TextNode)map["high"]!)!.Value);
        if (!low.Unit.Fits(high.Unit))
        {
            problems.Add(map["high"]!.At, $"'low' is in {Named(low.Unit)} and 'high' in {Named(high.Unit)}", "both measure the same thing");
            return null;
        }

        if (low.Value < high.In(low.Unit)) return (low.Unit, low.Value, high.In(low.Unit));
        problems.Add(map["high"]!.At, $"'high' ({high}) is not above 'low' ({low})", "what does not vary is no parameter; write it where it is used");
        return null;
    }

    private T? Refuse<T>(YamlNode node, string message, string hint) where T : class
    {
        problems.Add(node.At, message, hint);
        return null;
    }

    private static string Named(Unit unit) => unit.Symbol == "1" ? "no unit" : unit.Symbol;
}

/// <summary>Stands for a parameter that could not be read, so that its name is known where it is used.</summary>
internal sealed record UnknownParameter(string Name) : ParameterPlan(Name, Unit.One)
{
    internal override Learning.SearchDimension ToDimension() => throw new InvalidOperationException($"'{Name}' was not read");
}
