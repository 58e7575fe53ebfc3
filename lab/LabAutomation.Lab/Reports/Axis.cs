using System.Globalization;

namespace LabAutomation.Lab.Reports;

/// <summary>One axis of a chart: values to pixels, with ticks at round numbers.</summary>
internal sealed class Axis
{
    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;
    private readonly bool _logarithmic;

    private Axis(double low, double high, double from, double to, bool logarithmic, double[] ticks)
    {
        (_low, _high, _from, _to, _logarithmic, Ticks) = (low, high, from, to, logarithmic, ticks);
    }

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Spans the values, widened to the next ticks.</summary>
    public static Axis Linear(IEnumerable<double> values, double from, double to, int wanted = 5)
    {
        var (low, high) = Range(values);
        var step = NiceStep((high - low) / wanted);
        (low, high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
        var ticks = Enumerable.Range(0, (int)Math.Round((high - low) / step) + 1).Select(k => low + k * step).ToArray();
        return new Axis(low, high, from, to, false, ticks);
    }

    /// <summary>For positive values over more than a decade; 1-2-5 ticks.</summary>
    public static Axis Logarithmic(IEnumerable<double> values, double from, double to)
    {
        var (low, high) = Range(values.Where(value => value > 0));
        var ticks = Enumerable.Range((int)Math.Floor(Math.Log10(low)) - 1, 24).SelectMany(decade => new[] { 1, 2, 5 }.Select(digit => digit * Math.Pow(10, decade))).ToArray();
        var first = ticks.Last(tick => tick <= low * 1.0001);
        var last = ticks.First(tick => tick >= high * 0.9999);
        return new Axis(Math.Log10(first), Math.Log10(last), from, to, true, [.. ticks.Where(tick => tick >= first && tick <= last)]);
    }

    /// <summary>One place for each of some choices.</summary>
    public static Axis Choices(int count, double from, double to) => new(-0.5, count - 0.5, from, to, false, [.. Enumerable.Range(0, count).Select(k => (double)k)]);

    public double At(double value)
    {
        var place = _logarithmic ? Math.Log10(Math.Max(value, double.Epsilon)) : value;
        var share = _high > _low ? (place - _low) / (_high - _low) : 0.5;
        return _from + Math.Clamp(share, -0.05, 1.05) * (_to - _from);
    }

    public static string Label(double value) => Math.Abs(value) < 1e-12 ? "0" : value.ToString(Math.Abs(value) is >= 1e5 or < 1e-3 ? "0.##e0" : "0.####", CultureInfo.InvariantCulture);

    private static (double Low, double High) Range(IEnumerable<double> values)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        if (finite.Length == 0) return (0, 1);
        var (low, high) = (finite.Min(), finite.Max());
        return low < high ? (low, high) : (low - Math.Max(1e-9, Math.Abs(low) * 0.1), high + Math.Max(1e-9, Math.Abs(high) * 0.1));
    }

    private static double NiceStep(double rough)
    {
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return (rough / magnitude) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * magnitude;
    }
}
