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
    /// What is enough to know of values that are far on the bad side, where the least is sought: that they are as bad as the worst of the rest. No such
    /// value can be a peak that nobody has seen, and left as it is one wrong value sets the scale of all. Winsorising: W. J. Dixon, "Simplified
    /// estimation from censored normal samples", Ann. Math. Stat. 31, 1960.
    /// </summary>
    /// <param name="observations">All with values.</param>
    /// <returns>By their places, the value that each is taken for.</returns>
    public static ImmutableSortedDictionary<int, double> Caps(ImmutableArray<Observation> observations)
    {
        if (observations.Length < OutlierSearch.Enough) return ImmutableSortedDictionary<int, double>.Empty;
        var (far, middle) = Beyond(observations);
        far = [.. far.Where(i => observations[i].Value > middle)];
        if (far.IsEmpty) return ImmutableSortedDictionary<int, double>.Empty;
        var worst = Enumerable.Range(0, observations.Length).Where(i => !far.Contains(i)).Max(i => observations[i].Value!.Value);
        return far.ToImmutableSortedDictionary(i => i, _ => worst);
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
