using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>The parameters of an opened problem.</summary>
internal static class DimensionReader
{
    /// <summary>Keys of every kind that <see cref="RuleReader"/> reads.</summary>
    private static readonly string[] Roles = ["when", "context"];

    private const string Kinds = "real, integer, discrete, ordinal, categorical, fixed, task, fidelity";
    private const int MostParameters = 100;
    private const int MostColumns = 2000;
    private const int LargestInteger = 1_000_000_000;

    public static ImmutableArray<SearchDimension> Read(JsonElement parameters)
    {
        ImmutableArray<SearchDimension> dimensions = [.. MessageValues.List(parameters, "'parameters'").Select(Dimension)];
        if (dimensions.Length is 0 or > MostParameters) throw new StudyException($"'parameters' wants 1 to {MostParameters} parameters, not {dimensions.Length}");
        if (dimensions.GroupBy(dimension => dimension.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new StudyException($"parameter '{twice.Key}' stands there twice; every parameter has a name of its own");
        return new UnitCube(dimensions).Width <= MostColumns
            ? dimensions
            : throw new StudyException($"all parameters together have more than {MostColumns} choices, more than a model can tell apart");
    }

    private static SearchDimension Dimension(JsonElement parameter)
    {
        var all = MessageObject.Of(parameter, "a parameter",
            ["name", "kind", "low", "high", "scale", "value", "values", "choices", "descriptors", "target", "costs", .. Roles]);
        var name = MessageValues.Name(all["name"], "the name of a parameter");
        var what = $"parameter '{name}'";
        return MessageValues.Text(all.Find("kind") ?? throw new StudyException($"{what} lacks 'kind'; kinds are {Kinds}"), $"'kind' of {what}") switch
        {
            "real" => Real(name, Only("low", "high", "scale"), what),
            "integer" => Integer(name, Only("low", "high"), what),
            "discrete" => new DiscreteDimension(name, [.. Rising(Only("values")["values"], "values", what)]),
            "fixed" => Fixed(name, Only("value")["value"], what),
            "ordinal" => new OrdinalDimension(name, Choices(Only("choices"), what)),
            "categorical" => Categorical(name, Only("choices", "descriptors"), what),
            "task" => Task(name, Only("choices", "target"), what),
            "fidelity" => Fidelity(name, Only("values", "costs"), what),
            var other => throw new StudyException($"{what} is of kind '{Admission.Shortened(other)}'; kinds are {Kinds}"),
        };

        MessageObject Only(params string[] keys) => MessageObject.Of(parameter, what, ["name", "kind", .. keys, .. Roles]);
    }

    private static SearchDimension Fixed(string name, JsonElement value, string what) => value.ValueKind switch
    {
        JsonValueKind.Number => new DiscreteDimension(name, [MessageValues.Number(value, $"'value' of {what}")]),
        JsonValueKind.String => new CategoricalDimension(name, [value.GetString()!]),
        _ => throw new StudyException($"'value' of {what} wants a number or a text, not {MessageValues.Named(value)}"),
    };

    private static TaskDimension Task(string name, MessageObject parameter, string what)
    {
        var tasks = Choices(parameter, what);
        var target = MessageValues.Text(parameter["target"], $"'target' of {what}");
        return tasks.IndexOf(target) is >= 0 and var place
            ? new TaskDimension(name, tasks, place)
            : throw new StudyException($"'target' of {what} is '{Admission.Shortened(target)}', which is none of its choices: {string.Join(", ", tasks)}");
    }

    private static FidelityDimension Fidelity(string name, MessageObject parameter, string what)
    {
        var values = Rising(parameter["values"], "values", what);
        double[] costs = [.. MessageValues.List(parameter["costs"], $"'costs' of {what}").Select(cost => MessageValues.Number(cost, $"a cost of {what}"))];
        if (costs.Length != values.Length) throw new StudyException($"{what} has {values.Length} values and {costs.Length} costs; each value has its cost");
        if (costs.FirstOrDefault(cost => cost <= 0) is var bad && costs.Any(cost => cost <= 0))
            throw new StudyException(FormattableString.Invariant($"{what} has the cost {bad}; a cost is above 0"));
        // Costs were told in the order of the values as they stood.
        double[] told = [.. MessageValues.List(parameter["values"], "").Select(value => value.GetDouble())];
        return new FidelityDimension(name, [.. values], [.. values.Select(value => costs[Array.IndexOf(told, value)])]);
    }

    private static RealDimension Real(string name, MessageObject parameter, string what)
    {
        var (low, high) = (MessageValues.Number(parameter["low"], $"'low' of {what}"), MessageValues.Number(parameter["high"], $"'high' of {what}"));
        CheckOrder(low, high, what);
        if (!double.IsFinite(high - low)) throw new StudyException($"{what} has a range beyond what a number can hold");
        var scale = parameter.Find("scale") is { } given ? MessageValues.Text(given, $"'scale' of {what}") : "linear";
        if (scale is not ("linear" or "log")) throw new StudyException($"'scale' of {what} is linear or log, not '{Admission.Shortened(scale)}'");
        if (scale == "log" && low <= 0) throw new StudyException(FormattableString.Invariant($"{what} has a log scale, which has no zero: 'low' is above 0, not {low}"));
        return new RealDimension(name, low, high, scale == "log");
    }

    private static IntegerDimension Integer(string name, MessageObject parameter, string what)
    {
        var low = MessageValues.Whole(parameter["low"], $"'low' of {what}", -LargestInteger, LargestInteger);
        var high = MessageValues.Whole(parameter["high"], $"'high' of {what}", -LargestInteger, LargestInteger);
        CheckOrder(low, high, what);
        return new IntegerDimension(name, low, high);
    }

    private static double[] Rising(JsonElement list, string key, string what)
    {
        double[] values = [.. MessageValues.List(list, $"'{key}' of {what}").Select(value => MessageValues.Number(value, $"a value of {what}"))];
        Array.Sort(values);
        CheckCount(values.Length, what, "values");
        for (var k = 1; k < values.Length; k++)
            if (values[k] == values[k - 1]) throw new StudyException(FormattableString.Invariant($"{what} has the value {values[k]} twice"));
        return double.IsFinite(values[^1] - values[0])
            ? values
            : throw new StudyException($"{what} has a range beyond what a number can hold");
    }

    private static CategoricalDimension Categorical(string name, MessageObject parameter, string what)
    {
        var choices = Choices(parameter, what);
        if (parameter.Find("descriptors") is not { } told) return new CategoricalDimension(name, choices);
        if (told.ValueKind != JsonValueKind.Object) throw new StudyException($"'descriptors' of {what} is an object with a list of numbers for each choice, not {MessageValues.Named(told)}");
        if (told.EnumerateObject().Select(one => one.Name).FirstOrDefault(one => !choices.Contains(one)) is { } stranger)
            throw new StudyException($"'descriptors' of {what} names '{Admission.Shortened(stranger)}', which is none of its choices");
        var rows = choices.Select(choice => told.TryGetProperty(choice, out var row)
            ? MessageValues.List(row, $"the descriptors of '{Admission.Shortened(choice)}'").Select(value => MessageValues.Number(value, $"a descriptor of '{Admission.Shortened(choice)}'")).ToImmutableArray()
            : throw new StudyException($"'descriptors' of {what} lacks the choice '{Admission.Shortened(choice)}'")).ToImmutableArray();
        return PartRules.Uneven(choices, rows, what) is var (_, complaint) ? throw new StudyException(complaint) : new CategoricalDimension(name, choices, rows);
    }

    private static ImmutableArray<string> Choices(MessageObject parameter, string what)
    {
        string[] choices = [.. MessageValues.List(parameter["choices"], $"'choices' of {what}").Select(choice => MessageValues.Text(choice, $"a choice of {what}"))];
        CheckCount(choices.Length, what, "choices");
        if (choices.GroupBy(choice => choice).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new StudyException($"{what} has the choice '{Admission.Shortened(twice.Key)}' twice");
        return [.. choices];
    }

    private static void CheckOrder(double low, double high, string what)
    {
        if (low > high) throw new StudyException(FormattableString.Invariant($"{what} has its bounds the wrong way round: 'low' is {low} and 'high' is {high}"));
    }

    private static void CheckCount(int count, string what, string things)
    {
        if (count < 1) throw new StudyException($"{what} has no {things}; it needs at least one");
    }
}
