using System.Numerics;

namespace LabAutomation.Models;

/// <summary>Counts durations in steps of an eighth of a doubling, so that a quantile is right to 10 %. Not for several threads at once.</summary>
internal sealed class TimeHistogram
{
    private const int StepsPerDoubling = 8;
    private readonly long[] _counts = new long[64 * StepsPerDoubling];
    private long _total;

    public void Add(long nanoseconds)
    {
        var value = Math.Max(1, nanoseconds);
        var doubling = BitOperations.Log2((ulong)value);
        var step = doubling < 3 ? 0 : (int)((value >> (doubling - 3)) & 7);
        _counts[(doubling * StepsPerDoubling) + step]++;
        _total++;
    }

    /// <param name="part">From 0 to 1.</param>
    /// <returns>The upper edge of the step in which the quantile lies; zero where nothing was counted.</returns>
    public TimeSpan Quantile(double part)
    {
        var (wanted, seen) = (Math.Ceiling(part * _total), 0L);
        for (var k = 0; k < _counts.Length && _total > 0; k++)
        {
            seen += _counts[k];
            if (seen < wanted || seen == 0) continue;
            var (doubling, step) = Math.DivRem(k, StepsPerDoubling);
            return TimeSpan.FromTicks((long)(Math.Pow(2, doubling) * (1 + ((step + 1) / (double)StepsPerDoubling)) / 100));
        }

        return TimeSpan.Zero;
    }
}
