namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// What three channels of one quantity say together. A channel that gives no number, or the number that it gave before although every healthy one is
/// noisy, has no say, from the first time on: two that froze together would outvote the third. Of the others only those near the median have.
/// </summary>
/// <param name="tolerance">How far from the median a channel may be, in the unit of the quantity or, if relative, as a part of it.</param>
internal sealed class ChannelVote(double tolerance, bool isRelative)
{
    private const int Channels = 3;

    private readonly double[] _last = [double.NaN, double.NaN, double.NaN];
    private readonly double[] _sorted = new double[Channels];

    /// <summary>NaN where fewer than two channels can be trusted.</summary>
    public double Value { get; private set; } = double.NaN;

    /// <summary>Channels that have a say, 0 to 3.</summary>
    public int Trusted { get; private set; }

    public void Take(IReadOnlyList<double> readings)
    {
        var count = 0;
        for (var i = 0; i < Channels; i++)
        {
            if (double.IsFinite(readings[i]) && readings[i] != _last[i]) _sorted[count++] = readings[i];
            _last[i] = readings[i];
        }

        var median = Median(count);
        var within = tolerance * (isRelative ? Math.Abs(median) : 1);
        Trusted = 0;
        for (var i = 0; i < count; i++)
            if (Math.Abs(_sorted[i] - median) <= within) _sorted[Trusted++] = _sorted[i];
        Value = Trusted < 2 ? double.NaN : Median(Trusted);
    }

    private double Median(int count)
    {
        Array.Sort(_sorted, 0, count);
        return count == 0 ? double.NaN : (_sorted[(count - 1) / 2] + _sorted[count / 2]) / 2;
    }
}
