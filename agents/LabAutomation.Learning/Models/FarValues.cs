using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>Values beyond a gap that no tail of so few has.</summary>
internal static class FarValues
{
    /// <summary>Times as far from the middle of all values as the farthest of the rest.</summary>
    private const double Apart = 4;

    /// <summary>Places of the values on the far side of a gap, at most a fifth of all; none where the rest do not differ.</summary>
    /// <param name="observations">All with values.</param>
    public static ImmutableSortedSet<int> Of(ImmutableArray<Observation> observations) => Beyond(observations).Far;

    /// <summary>
    /// What is enough to know of far values: that they are no nearer than the farthest of the rest. Left as it is, one wrong value sets the scale of all. Winsorising: W. J. Dixon, "Simplified
    /// estimation from censored normal samples", Ann. Math. Stat. 31, 1960.
    /// </summary>
    /// <param name="observations">All with values.</param>
    /// <returns>By their places, what each is taken for.</returns>
    public static ImmutableSortedDictionary<int, FarValueCap> Caps(ImmutableArray<Observation> observations, FarValueRule rule)
    {
        var caps = ImmutableSortedDictionary<int, FarValueCap>.Empty;
        if (observations.Length < OutlierSearch.Enough || rule is { IsMinimised: false, Marks: null }) return caps;
        var (far, middle) = Beyond(observations);
        double[] rest = [.. observations.Where((_, i) => !far.Contains(i)).Select(one => one.Value!.Value)];
        foreach (var i in far)
        {
            var isAbove = observations[i].Value > middle;
            if (rule.IsMinimised && isAbove) caps = caps.Add(i, new FarValueCap(rest.Max(), null));
            else if (rule.Marks is { } marks && far.Count == 1) caps = caps.Add(i, new FarValueCap(Capped(observations[i].Value!.Value, isAbove ? rest.Max() : rest.Min(), marks), Math.Sqrt(rest.Average(value => (value - rest.Average()) * (value - rest.Average())))));
        }
        return caps;
    }

    /// <summary>The farthest of the rest, or as far beyond the last mark between that and the value.</summary>
    private static double Capped(double value, double farthest, IReadOnlyList<double> marks)
    {
        var sign = value > farthest ? 1 : -1;
        double[] passed = [.. marks.Where(mark => sign * mark >= sign * farthest && sign * mark < sign * value)];
        if (passed.Length == 0) return farthest;
        var last = sign * passed.Max(mark => sign * mark);
        return last + (last - farthest);
    }

    /// <summary>A value that carries its own standard deviation is as good as that says.</summary>
    public static IEnumerable<int> Doubtable(ImmutableArray<Observation> observations) => Enumerable.Range(0, observations.Length).Where(i => observations[i].NoiseSd is null);

    private static (ImmutableSortedSet<int> Far, double Middle) Beyond(ImmutableArray<Observation> observations)
    {
        var middle = observations.Select(one => one.Value!.Value).Order().ElementAt(observations.Length / 2);
        var distances = observations.Select(one => Math.Abs(one.Value!.Value - middle)).ToArray();
        var sorted = distances.Order().ToArray();
        for (var k = observations.Length / OutlierSearch.Share; k > 0; k--)
            if (sorted[^(k + 1)] > 0 && sorted[^k] > Apart * sorted[^(k + 1)])
                return ([.. Doubtable(observations).Where(i => distances[i] >= sorted[^k])], middle);
        return ([], middle);
    }
}

/// <summary>Which values beyond a gap are taken for less far than they are.</summary>
/// <param name="IsMinimised">Whether the least value is sought: those above the rest, since no such value can be a peak that nobody has seen.</param>
/// <param name="Marks">A lone value on any other side, too, so that a peak is believed once a second value has seen it; it stays beyond these, such as a limit, as it is. Null: no such value.</param>
internal sealed record FarValueRule(bool IsMinimised, IReadOnlyList<double>? Marks);

/// <summary>What a value is taken for.</summary>
/// <param name="Sd">How good that is: for one that may be wrong, or be a peak, no better than any value of the rest; null for as good as a measurement.</param>
internal sealed record FarValueCap(double Value, double? Sd);
