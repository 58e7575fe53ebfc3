using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.AskTell;

/// <summary>The parameters of an opened problem.</summary>
/// <param name="mayBeConstant">A column of a given table may have one value throughout; a parameter that may be chosen has two.</param>
internal sealed class DimensionReader(bool mayBeConstant)
{
    private const int MostParameters = 100;
    private const int MostColumns = 2000;
    private const int LargestInteger = 1_000_000_000;

    public ImmutableArray<SearchDimension> Read(JsonElement parameters)
    {
        ImmutableArray<SearchDimension> dimensions = [.. MessageValues.List(parameters, "'parameters'").Select(Dimension)];
        if (dimensions.Length is 0 or > MostParameters) throw new StudyException($"'parameters' wants 1 to {MostParameters} parameters, not {dimensions.Length}");
        if (dimensions.GroupBy(dimension => dimension.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new StudyException($"parameter '{twice.Key}' stands there twice; every parameter has a name of its own");
        return new UnitCube(dimensions).Width <= MostColumns
            ? dimensions
            : throw new StudyException($"all parameters together have more than {MostColumns} choices, more than a model can tell apart");
    }

    private SearchDimension Dimension(JsonElement parameter)
    {
        var all = MessageObject.Of(parameter, "a parameter", "name", "kind", "low", "high", "scale", "values", "choices");
        var name = MessageValues.Name(all["name"], "the name of a parameter");
        var what = $"parameter '{name}'";
        return MessageValues.Text(all.Find("kind") ?? throw new StudyException($"{what} lacks 'kind'; kinds are real, integer, discrete, categorical"), $"'kind' of {what}") switch
        {
            "real" => Real(name, MessageObject.Of(parameter, what, "name", "kind", "low", "high", "scale"), what),
            "integer" => Integer(name, MessageObject.Of(parameter, what, "name", "kind", "low", "high"), what),
            "discrete" => Discrete(name, MessageObject.Of(parameter, what, "name", "kind", "values"), what),
            "categorical" => Categorical(name, MessageObject.Of(parameter, what, "name", "kind", "choices"), what),
            var other => throw new StudyException($"{what} is of kind '{Admission.Shortened(other)}'; kinds are real, integer, discrete, categorical"),
        };
    }

    private RealDimension Real(string name, MessageObject parameter, string what)
    {
        var (low, high) = (MessageValues.Number(parameter["low"], $"'low' of {what}"), MessageValues.Number(parameter["high"], $"'high' of {what}"));
        CheckOrder(low, high, what);
        if (!double.IsFinite(high - low)) throw new StudyException($"{what} has a range beyond what a number can hold");
        var scale = parameter.Find("scale") is { } given ? MessageValues.Text(given, $"'scale' of {what}") : "linear";
        if (scale is not ("linear" or "log")) throw new StudyException($"'scale' of {what} is linear or log, not '{Admission.Shortened(scale)}'");
        if (scale == "log" && low <= 0) throw new StudyException(FormattableString.Invariant($"{what} has a log scale, which has no zero: 'low' is above 0, not {low}"));
        return new RealDimension(name, low, high, scale == "log");
    }

    private IntegerDimension Integer(string name, MessageObject parameter, string what)
    {
        var low = MessageValues.Whole(parameter["low"], $"'low' of {what}", -LargestInteger, LargestInteger);
        var high = MessageValues.Whole(parameter["high"], $"'high' of {what}", -LargestInteger, LargestInteger);
        CheckOrder(low, high, what);
        return new IntegerDimension(name, low, high);
    }

    private DiscreteDimension Discrete(string name, MessageObject parameter, string what)
    {
        double[] values = [.. MessageValues.List(parameter["values"], $"'values' of {what}").Select(value => MessageValues.Number(value, $"a value of {what}"))];
        Array.Sort(values);
        CheckCount(values.Length, what, "values");
        for (var k = 1; k < values.Length; k++)
            if (values[k] == values[k - 1]) throw new StudyException(FormattableString.Invariant($"{what} has the value {values[k]} twice"));
        return double.IsFinite(values[^1] - values[0])
            ? new DiscreteDimension(name, [.. values])
            : throw new StudyException($"{what} has a range beyond what a number can hold");
    }

    private CategoricalDimension Categorical(string name, MessageObject parameter, string what)
    {
        string[] choices = [.. MessageValues.List(parameter["choices"], $"'choices' of {what}").Select(choice => MessageValues.Text(choice, $"a choice of {what}"))];
        CheckCount(choices.Length, what, "choices");
        if (choices.GroupBy(choice => choice).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new StudyException($"{what} has the choice '{Admission.Shortened(twice.Key)}' twice");
        return new CategoricalDimension(name, [.. choices]);
    }

    private void CheckOrder(double low, double high, string what)
    {
        if (low < high || (mayBeConstant && low == high)) return;
        throw new StudyException(FormattableString.Invariant(low == high
            ? (FormattableString)$"{what} has the bounds {low} and {high}; what does not vary is no parameter"
            : $"{what} has its bounds the wrong way round: 'low' is {low} and 'high' is {high}"));
    }

    private void CheckCount(int count, string what, string things)
    {
        if (count < (mayBeConstant ? 1 : 2)) throw new StudyException($"{what} has {count} {things}; it needs {(mayBeConstant ? "at least one" : "two or more")}");
    }
}
