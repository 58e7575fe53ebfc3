namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// What three channels of one quantity say together. A channel that gives no number, or does not show its noise, has no say. Of the others those near the median have one;
/// one that stands above it stays in <see cref="Highest"/> until it is refuted, since two that are wrong together outvote a third that is right.
/// </summary>
/// <param name="tolerance">How far from the median a channel may be, in the unit of the quantity or, if relative, as a part of it; likewise the noise.</param>
/// <param name="noise">Standard deviation of a channel.</param>
internal sealed class ChannelVote(double tolerance, double noise, bool isRelative)
{
    private const int Channels = 3;

    private readonly NoiseWatch[] _watches = [new(), new(), new()];
    private readonly bool[] _isRefuted = new bool[Channels], _hasSay = new bool[Channels];
    private readonly double[] _sorted = new double[Channels];

    /// <summary>NaN where fewer than two channels can be trusted.</summary>
    public double Value { get; private set; } = double.NaN;

    /// <summary>Channels that have a say, 0 to 3.</summary>
    public int Trusted { get; private set; }

    /// <summary>What the highest channel says that lives and is not refuted; NaN where there is none.</summary>
    public double Highest { get; private set; } = double.NaN;

    /// <summary>Which that is, from 0; -1 where there is none.</summary>
    public int HighestChannel { get; private set; } = -1;

    /// <summary>Whether a living channel that is not refuted stands above <see cref="Value"/> beyond the tolerance.</summary>
    public bool IsOneAbove => Highest > Value + Within(Value);

    /// <summary>Whether a channel, from 0, is one of the trusted.</summary>
    public bool HasSay(int channel) => _hasSay[channel];

    public void Take(IReadOnlyList<double> readings)
    {
        var count = 0;
        for (var i = 0; i < Channels; i++)
        {
            _watches[i].Take(readings[i], noise * (isRelative ? Math.Abs(readings[i]) : 1));
            if (Lives(readings[i], i)) _sorted[count++] = readings[i];
        }

        var median = Median(count);
        var within = Within(median);
        Trusted = 0;
        for (var i = 0; i < count; i++)
            if (Math.Abs(_sorted[i] - median) <= within) _sorted[Trusted++] = _sorted[i];
        Value = Trusted < 2 ? double.NaN : Median(Trusted);

        for (var i = 0; i < Channels; i++)
        {
            _hasSay[i] = Lives(readings[i], i) && Math.Abs(readings[i] - median) <= within;
            _isRefuted[i] &= readings[i] > Value + Within(Value);
        }

        Rank(readings);
    }

    /// <summary>Something else than the channels says that the highest one is wrong: it has no say until it is back within the tolerance.</summary>
    public void Refute(IReadOnlyList<double> readings)
    {
        _isRefuted[HighestChannel] = true;
        Rank(readings);
    }

    private void Rank(IReadOnlyList<double> readings)
    {
        (Highest, HighestChannel) = (double.NaN, -1);
        for (var i = 0; i < Channels; i++)
            if (Lives(readings[i], i) && !_isRefuted[i] && !(readings[i] <= Highest)) (Highest, HighestChannel) = (readings[i], i);
    }

    private bool Lives(double reading, int channel) => double.IsFinite(reading) && !_watches[channel].IsFlat;

    private double Within(double value) => tolerance * (isRelative ? Math.Abs(value) : 1);

    private double Median(int count)
    {
        Array.Sort(_sorted, 0, count);
        return count == 0 ? double.NaN : (_sorted[(count - 1) / 2] + _sorted[count / 2]) / 2;
    }
}
