using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>Where the drums are: of two encoders and what the drum was sent, the middle one.</summary>
internal sealed class DrumPositions
{
    /// <summary>How far a drum may be from where it was sent, degrees.</summary>
    public const double Tolerance = 2;

    private readonly double[] _sent = new double[Drums], _angles = new double[Drums];

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
            _sent[k] = DrumPath.Turned(_sent[k], rates[k], DrumPath.Tick);
            _angles[k] = Middle(encoders[2 * k], encoders[(2 * k) + 1], _sent[k]);
            if (Math.Abs(_angles[k] - _sent[k]) > Tolerance) complaint = $"drum {k + 1} is not where it was sent";
        }

        return complaint;
    }

    private static double Middle(double a, double b, double sent)
    {
        if (!double.IsFinite(a)) a = sent;
        if (!double.IsFinite(b)) b = sent;
        return Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), sent));
    }
}
