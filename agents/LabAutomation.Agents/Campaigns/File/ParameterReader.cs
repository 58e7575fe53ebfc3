using System.Collections.Immutable;
using LabAutomation.Learning.Backtesting;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The parameters of a campaign, each in one unit.</summary>
internal sealed class ParameterReader(TableReader tables, ProblemList problems)
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
            var before = problems.Count;
            var plan = value is MapNode map && CampaignKeys.Parameter.Accepts(map) && Parameter(key.Text, map) is { } read ? read with { When = When(map["when"] as MapNode, read, [.. plans]) } : null;
            plans.Add(plan is not null && problems.Count == before ? plan : new UnknownParameter(key.Text));
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
        "ordinal" => Choices((ListNode)map["choices"]!) is { } words ? new OrdinalParameter(name, words) : null,
        _ => Choices((ListNode)map["choices"]!) is { } words ? new CategoricalParameter(name, words) { Descriptors = Descriptors(name, words, map["descriptors"]) } : null,
    };

    /// <param name="earlier">Those that stand before it.</param>
    private ParameterCondition? When(MapNode? when, ParameterPlan parameter, ImmutableArray<ParameterPlan> earlier)
    {
        if (when is null) return null;
        var (name, values) = (when.Entries[0].Key, (ListNode)when.Entries[0].Value);
        if (when.Entries.Length > 1)
            return Refuse<ParameterCondition>(when.Entries[1].Key, $"'{parameter.Name}' depends on two parameters", "what depends on several stands under 'constraints'");
        var reader = new ParameterValueReader(earlier, problems);
        if (earlier.All(one => one.Name != name.Text))
            return Refuse<ParameterCondition>(name, $"'{name.Text}' is not a parameter that stands before '{parameter.Name}'", NearestName.Hint(name.Text, earlier.Select(one => one.Name), "before it stand") ?? "a parameter stands after what it depends on");
        if (reader.Find(name) is not { } parent) return null;
        if (earlier[parent] is RealParameter) return Refuse<ParameterCondition>(name, $"'{name.Text}' is real and has no list of values", "what another depends on is integer, discrete, ordinal or categorical");
        if (earlier[parent] is IntegerParameter { Low: var low, High: var high } && (long)high - low >= Activity.MostValues)
            return Refuse<ParameterCondition>(name, $"'{name.Text}' has more than {Activity.MostValues} values", "what another depends on has fewer, such as choices");
        double?[] read = [.. values.Items.Select(value => reader.Coordinate(earlier[parent], (TextNode)value))];
        return read.Contains(null) ? null : new ParameterCondition(parent, [.. read.OfType<double>().Distinct()]);
    }

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

    private ImmutableArray<string>? Choices(ListNode list)
    {
        var choices = list.Items.Select(item => ((TextNode)item).Text).ToImmutableArray();
        for (var k = 0; k < choices.Length; k++)
        {
            if (choices.IndexOf(choices[k]) < k) return Refuse(list.Items[k], $"'{choices[k]}' stands here twice", "leave one out");
            if (choices[k].Contains('\'')) return Refuse(list.Items[k], "a choice has no quote in it", "choose another word");
        }

        return choices;

        ImmutableArray<string>? Refuse(YamlNode node, string message, string hint)
        {
            problems.Add(node.At, message, hint);
            return null;
        }
    }

    /// <summary>Default where there are none, or where something of them is reported.</summary>
    private ImmutableArray<ImmutableArray<double>> Descriptors(string name, ImmutableArray<string> choices, YamlNode? node)
    {
        if (node is TextNode file) return tables.Table(file) is { } table ? Descriptors(name, choices, table) : default;
        if (node is not MapNode map) return default;
        foreach (var (key, _) in map.Entries.Where(entry => !choices.Contains(entry.Key.Text)))
            problems.Add(key.At, $"'{name}' has no choice '{key.Text}'", NearestName.Hint(key.Text, choices, "its choices"));
        foreach (var missing in choices.Where(choice => map[choice] is null))
            problems.Add(map.At, $"'{missing}' has no descriptors", "every choice has the same, one or more");
        if (choices.Any(choice => map[choice] is null)) return default;
        var rows = choices.Select(choice => ((ListNode)map[choice]!).Items.Select(item => ((TextNode)item).AsNumber()!.Value).ToImmutableArray()).ToImmutableArray();
        if (PartRules.Uneven(choices, rows, $"'{name}'") is not var (choice, complaint)) return rows;
        problems.Add(map[choices[choice]]!.At, complaint);
        return default;
    }

    /// <summary>From the column that is called like the parameter; all the others are descriptors. Rows of other choices do not count.</summary>
    private ImmutableArray<ImmutableArray<double>> Descriptors(string name, ImmutableArray<string> choices, ObservationTable table)
    {
        try
        {
            var place = table.Header.IndexOf(name);
            if (place < 0) throw new DataSetException(table.File, 1, name, $"there is no such column, which would name the choices; the file has {string.Join(", ", table.Header)}");
            if (table.Header.Length < 2) throw new DataSetException(table.File, 1, null, "there is no column beside the choices; every other column is a descriptor");
            return [.. choices.Select(choice => Row(table, place, choice))];
        }
        catch (DataSetException wrong)
        {
            problems.Add(wrong);
            return default;
        }
    }

    private static ImmutableArray<double> Row(ObservationTable table, int place, string choice)
    {
        ObservationRow[] rows = [.. table.Rows.Where(row => row.Cells[place] == choice)];
        if (rows.Length == 0) throw new DataSetException(table.File, null, table.Header[place], $"there is no row for the choice '{choice}'");
        if (rows.Length > 1) throw new DataSetException(table.File, rows[1].Line, table.Header[place], $"the choice '{choice}' stands here for the second time");
        return [.. Enumerable.Range(0, table.Header.Length).Where(at => at != place).Select(at => Number(table, rows[0], at))];
    }

    private static double Number(ObservationTable table, ObservationRow row, int at) => TableColumns.Number(row.Cells[at]) is { } number && double.IsFinite(number)
        ? number
        : throw new DataSetException(table.File, row.Line, table.Header[at], $"'{row.Cells[at]}' is no number; every column beside the choices is a descriptor");

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
