using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// Where the drums are: of two encoders and what the drum was sent, the middle one, or where it was sent if that is further out: encoders that are wrong together
/// outvote the order. An encoder that gives no number, or does not show its noise, has no say.
/// </summary>
internal sealed class DrumPositions
{
    /// <summary>How far a drum may be from where it was sent, degrees.</summary>
    public const double Tolerance = 2;

    /// <summary>Ticks for which both encoders of a drum may have no say: healthy ones repeat themselves by chance.</summary>
    private const int LongestSilence = 1;

    private readonly double[] _sent = new double[Drums], _angles = new double[Drums];
    private readonly NoiseWatch[] _watches = [.. Enumerable.Range(0, 2 * Drums).Select(_ => new NoiseWatch())];
    private readonly int[] _silence = new int[Drums];

    /// <summary>Degrees.</summary>
    public ReadOnlySpan<double> Angles => _angles;

    /// <returns>What is wrong, or null.</returns>
    public string? Begin(IReadOnlyList<double> encoders)
    {
        for (var k = 0; k < Drums; k++)
        {
            var (a, b) = (encoders[2 * k], encoders[(2 * k) + 1]);
            if (!(Math.Abs(a - b) <= Tolerance)) return $"the encoders of drum {k + 1} disagree at the start";
            _sent[k] = _angles[k] = (a + b) / 2;
            Said(encoders, 2 * k);
            Said(encoders, (2 * k) + 1);
        }

        return null;
    }

    /// <param name="rates">What the drums were told for the tick that has passed, degrees per second.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Take(IReadOnlyList<double> encoders, ReadOnlySpan<double> rates)
    {
        string? complaint = null;
        for (var k = 0; k < Drums; k++)
        {
            var sent = _sent[k] = DrumPath.Turned(_sent[k], rates[k], DrumPath.Tick);
            var (a, b) = (Said(encoders, 2 * k), Said(encoders, (2 * k) + 1));
            var shown = double.IsNaN(a) ? b : double.IsNaN(b) ? a : Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), sent));
            _angles[k] = double.IsNaN(shown) ? sent : Math.Max(shown, sent);
            _silence[k] = double.IsNaN(shown) ? _silence[k] + 1 : 0;
            if (Math.Abs(shown - sent) > Tolerance) complaint = $"drum {k + 1} is not where it was sent";
            else if (_silence[k] > LongestSilence) complaint = $"no encoder of drum {k + 1} shows where it is";
        }

        return complaint;
    }

    /// <returns>NaN where an encoder has no say.</returns>
    private double Said(IReadOnlyList<double> encoders, int number)
    {
        _watches[number].Take(encoders[number], AngleNoise);
        return double.IsFinite(encoders[number]) && !_watches[number].IsFlat ? encoders[number] : double.NaN;
    }
}
