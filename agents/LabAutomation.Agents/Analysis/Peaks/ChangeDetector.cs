namespace LabAutomation.Agents.Analysis.Peaks;

/// <summary>
/// Tells when the mean of a sequence of numbers from 0 to 1 has changed: a window of the latest ones is cut wherever its two parts differ by more than chance allows ("ADWIN": Bifet and Gavaldà,
/// Learning from Time-Changing Data with Adaptive Windowing, SIAM International Conference on Data Mining 2007, with the bound of its section 4 and buckets of doubling size). Memory grows with the
/// logarithm of the window.
/// </summary>
/// <param name="falseAlarm">The probability δ that a cut is made though nothing has changed; the bound is for independent numbers, and much stricter in practice.</param>
internal sealed class ChangeDetector(double falseAlarm)
{
    /// <summary>Buckets of each size, at most.</summary>
    private const int PerSize = 5;

    /// <summary>Numbers of each part, at least.</summary>
    private const int Fewest = 8;

    /// <summary>From the oldest to the newest.</summary>
    private readonly List<Bucket> _buckets = [];

    /// <summary>Numbers that the window has.</summary>
    public long Length { get; private set; }

    /// <summary>Of the window.</summary>
    public double Mean { get; private set; }

    /// <summary>Mean and standard deviation of what the last cut has taken away: of the other kind, and of nothing that came since.</summary>
    public (double Mean, double Deviation) Before { get; private set; }

    /// <summary>Takes the next number.</summary>
    /// <returns>Whether the window was cut: what came before is of another kind and forgotten.</returns>
    public bool Add(double value)
    {
        if (!(value is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(value), value, "must be from 0 to 1");
        _buckets.Add(new Bucket(1, value, 0));
        Merge();
        var isCut = false;
        while (CutsAt() is { } oldest)
        {
            if (!isCut && _buckets.Take(oldest).Aggregate(Bucket.Joined) is var before) Before = (before.Mean, Math.Sqrt(before.Variance));
            _buckets.RemoveRange(0, oldest);
            isCut = true;
        }

        var all = _buckets.Aggregate(Bucket.Joined);
        (Length, Mean) = (all.Count, all.Mean);
        return isCut;
    }

    private void Merge()
    {
        for (var size = 1L; ; size *= 2)
        {
            var first = _buckets.FindIndex(bucket => bucket.Count == size);
            if (first < 0 || _buckets.FindLastIndex(bucket => bucket.Count == size) - first < PerSize) return;
            _buckets[first] = Bucket.Joined(_buckets[first], _buckets[first + 1]);
            _buckets.RemoveAt(first + 1);
        }
    }

    /// <returns>How many of the oldest buckets are of another kind than those behind them; null where there is no difference.</returns>
    private int? CutsAt()
    {
        var all = _buckets.Aggregate(Bucket.Joined);
        var before = default(Bucket);
        var confidence = Math.Log(2 * Math.Log(Math.Max(3, all.Count)) / falseAlarm);
        for (var k = 0; k < _buckets.Count - 1; k++)
        {
            before = Bucket.Joined(before, _buckets[k]);
            var after = all.Count - before.Count;
            if (before.Count < Fewest || after < Fewest) continue;
            var harmonic = 1 / ((1.0 / before.Count) + (1.0 / after));
            var bound = Math.Sqrt(2 / harmonic * all.Variance * confidence) + (2 / (3 * harmonic) * confidence);
            if (Math.Abs(before.Mean - (((all.Mean * all.Count) - (before.Mean * before.Count)) / after)) > bound) return k + 1;
        }

        return null;
    }

    /// <param name="Squares">Sum of the squared distances from the mean.</param>
    private readonly record struct Bucket(long Count, double Mean, double Squares)
    {
        public double Variance => Squares / Count;

        public static Bucket Joined(Bucket one, Bucket other)
        {
            var count = one.Count + other.Count;
            if (count == 0) return default;
            var distance = other.Mean - one.Mean;
            return new Bucket(count, one.Mean + (distance * other.Count / count), one.Squares + other.Squares + (distance * distance * one.Count * other.Count / count));
        }
    }
}
