namespace LabAutomation.Agents.Campaigns;

/// <summary>All numbers from <paramref name="Low"/> to <paramref name="High"/>. Rounding is monotone, so that a value that is computed
/// in the same order of operations from numbers inside lies inside the result.</summary>
internal readonly record struct Interval(double Low, double High)
{
    public static readonly Interval Everything = new(double.NegativeInfinity, double.PositiveInfinity);

    public double Middle => Low + ((High - Low) / 2);

    public double Width => High - Low;

    /// <summary>The size of its largest number.</summary>
    public double Largest => Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>The size of its smallest number.</summary>
    public double Least => Low <= 0 && High >= 0 ? 0 : Math.Min(Math.Abs(Low), Math.Abs(High));

    public static Interval operator +(Interval a, Interval b) => Spanning(a.Low + b.Low, a.High + b.High);

    public static Interval operator *(Interval a, Interval b) => Spanning(a.Low * b.Low, a.Low * b.High, a.High * b.Low, a.High * b.High);

    /// <summary>Everything where the divisor can be zero.</summary>
    public static Interval operator /(Interval a, Interval b) => b.Low <= 0 && b.High >= 0
        ? Everything
        : Spanning(a.Low / b.Low, a.Low / b.High, a.High / b.Low, a.High / b.High);

    public bool Contains(double value) => value >= Low && value <= High;

    private static Interval Spanning(params ReadOnlySpan<double> ends)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var end in ends)
        {
            if (double.IsNaN(end)) return Everything;
            (low, high) = (Math.Min(low, end), Math.Max(high, end));
        }

        return new Interval(low, high);
    }
}
