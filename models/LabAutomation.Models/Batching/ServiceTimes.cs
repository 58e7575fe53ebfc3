namespace LabAutomation.Models;

/// <summary>
/// How long a run of each size is expected to take at most: a smoothed mean and four smoothed deviations, as RFC 6298 estimates round trips.
/// </summary>
internal sealed class ServiceTimes
{
    private readonly double[] _mean;
    private readonly double[] _deviation;

    /// <param name="first">What was measured while the model was warmed, in ticks of the clock, by size.</param>
    public ServiceTimes(IReadOnlyList<long> first)
    {
        _mean = [.. first.Select(ticks => (double)ticks)];
        _deviation = [.. first.Select(ticks => ticks / 4.0)];
    }

    public long Expected(int index) => (long)(_mean[index] + (4 * _deviation[index]));

    public void Record(int index, long ticks)
    {
        _deviation[index] += (Math.Abs(ticks - _mean[index]) - _deviation[index]) / 4;
        _mean[index] += (ticks - _mean[index]) / 8;
    }
}
