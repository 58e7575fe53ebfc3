using System.Collections.Immutable;

namespace LabAutomation.Learning.Backtesting;

/// <summary>The best designs of a data set. Designs as good as the worst of them belong to it too.</summary>
internal sealed class TopSet
{
    private readonly ImmutableArray<double> _values;
    private readonly double _worst;

    /// <param name="fraction">Of all designs, rounded up; 0 for the best alone.</param>
    public TopSet(ImmutableArray<double> values, double fraction)
    {
        _values = values;
        // The product may come out a little above a whole number that was meant.
        var wanted = Math.Max(1, (int)Math.Ceiling(fraction * values.Length - 1e-9));
        _worst = values.Order().ElementAt(wanted - 1);
        Count = values.Count(value => value <= _worst);
    }

    public int Count { get; }

    public bool Holds(int row) => _values[row] <= _worst;

    /// <summary>Experiments until <paramref name="wanted"/> designs of the set were seen; null where a run ended before.</summary>
    public int? ExperimentsTo(ImmutableArray<int> run, int wanted = 1)
    {
        for (var (i, found) = (0, 0); i < run.Length; i++)
            if (Holds(run[i]) && ++found == wanted) return i + 1;
        return null;
    }

    /// <summary>
    /// What the same takes on average when designs are drawn at random without replacement: of N designs with K in the set, the
    /// j-th of these comes at j·(N+1)/(K+1).
    /// </summary>
    public double RandomExperimentsTo(int wanted = 1) => wanted * (_values.Length + 1.0) / (Count + 1);
}
