using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Learning.Sessions;

/// <summary>Values from outside turned into coordinates of a dimension, or refused by name and range.</summary>
public static class Admission
{
    /// <summary>What other programs lose when they write a number, as a share of the range.</summary>
    private const double Rounding = 1e-9;

    /// <summary>Beyond it squares of values are no numbers any more.</summary>
    private const double LargestMeasurement = 1e150;

    /// <summary>How many choices or values a message lists.</summary>
    private const int Listed = 20;

    /// <summary>The coordinate of a number; rounding just beyond a bound, or beside a value, is put right.</summary>
    /// <exception cref="StudyException">The dimension has no such value.</exception>
    public static double OfNumber(SearchDimension dimension, double value)
    {
        if (!double.IsFinite(value)) throw Refused(dimension, value, "it must be a finite number");
        switch (dimension)
        {
            case RealDimension real:
                var slack = Rounding * (real.High - real.Low);
                if (value < real.Low - slack || value > real.High + slack) throw Refused(dimension, value, $"its range is {Range(real.Low, real.High)}");
                return Math.Clamp(value, real.Low, real.High);
            case IntegerDimension integer:
                if (Math.Abs(value - Math.Round(value)) > Rounding) throw Refused(dimension, value, $"it is a whole number, {Range(integer.Low, integer.High)}");
                if (value < integer.Low - 0.5 || value > integer.High + 0.5) throw Refused(dimension, value, $"its range is {Range(integer.Low, integer.High)}");
                return Math.Round(value);
            case FidelityDimension fidelity:
                return OfNumber(new DiscreteDimension(fidelity.Name, fidelity.Values), value);
            case DiscreteDimension discrete:
                var nearest = discrete.Values.MinBy(known => Math.Abs(known - value));
                return Math.Abs(nearest - value) <= Rounding * Math.Max(Math.Abs(value), discrete.Values[^1] - discrete.Values[0])
                    ? nearest
                    : throw Refused(dimension, value, $"its values are {List(discrete.Values.Select(Text))}");
            default:
                throw new StudyException($"parameter '{dimension.Name}' is the number {Text(value)}; {Named(ChoicesOf(dimension)!.Value)}");
        }
    }

    /// <summary>A measured value as it is, or the standard deviation of one.</summary>
    /// <exception cref="StudyException">It is larger than can be reckoned with.</exception>
    public static double OfMeasurement(string quantity, double value) => Math.Abs(value) <= LargestMeasurement
        ? value
        : throw new StudyException($"'{Shortened(quantity)}' is {Text(value)}; what is measured lies between -{Text(LargestMeasurement)} and {Text(LargestMeasurement)}");

    /// <summary>The coordinate of a choice.</summary>
    /// <exception cref="StudyException">The dimension has no such choice.</exception>
    public static double OfChoice(SearchDimension dimension, string choice)
    {
        if (ChoicesOf(dimension) is not { } choices)
            throw new StudyException($"parameter '{dimension.Name}' wants a number, not the text '{Shortened(choice)}'");
        var place = choices.IndexOf(choice);
        return place >= 0 ? place : throw new StudyException($"parameter '{dimension.Name}' has no choice '{Shortened(choice)}'; {Named(choices)}");
    }

    /// <summary>The words of a dimension that has words; null where it has numbers.</summary>
    public static ImmutableArray<string>? ChoicesOf(SearchDimension dimension) => dimension switch
    {
        CategoricalDimension categorical => categorical.Choices,
        OrdinalDimension ordinal => ordinal.Choices,
        TaskDimension task => task.Tasks,
        _ => null,
    };

    /// <summary>Long texts from outside would drown the message they stand in.</summary>
    public static string Shortened(string text) => text.Length <= 60 ? text : $"{text[..57]}…";

    private static string Named(ImmutableArray<string> choices) => $"choices are {List(choices)}";

    private static string List(IEnumerable<string> texts)
    {
        var all = texts.ToArray();
        return all.Length <= Listed ? string.Join(", ", all) : $"{string.Join(", ", all.Take(Listed))} and {all.Length - Listed} more";
    }

    private static StudyException Refused(SearchDimension dimension, double value, string right) => new($"parameter '{dimension.Name}' is {Text(value)}; {right}");

    private static string Range(double low, double high) => $"{Text(low)} to {Text(high)}";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
