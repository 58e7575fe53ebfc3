namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// What three channels of one quantity say together. A channel that gives no number, or the same number again and again although every healthy one is
/// noisy, has no say; of the others only those near the median have.
/// </summary>
/// <param name="tolerance">How far from the median a channel may be, in the unit of the quantity or, if relative, as a part of it.</param>
internal sealed class ChannelVote(double tolerance, bool isRelative)
{
    private const int Channels = 3;

    /// <summary>How often a reading has to repeat the one before to make its channel flat.</summary>
    private const int FlatAfter = 2;

    private readonly double[] _last = [double.NaN, double.NaN, double.NaN];
    private readonly int[] _equal = new int[Channels];
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
            _equal[i] = readings[i] == _last[i] ? _equal[i] + 1 : 0;
            _last[i] = readings[i];
            if (double.IsFinite(readings[i]) && _equal[i] < FlatAfter) _sorted[count++] = readings[i];
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
