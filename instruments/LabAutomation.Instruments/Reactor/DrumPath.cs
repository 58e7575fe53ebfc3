using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>
/// Where the drums are over a forecast: at given rates for one tick, then in at full speed. One of them may jam at any moment, the first tick included: at each moment it is the
/// one whose jam leaves most reactivity then, so that no single jam leaves more.
/// </summary>
internal sealed class DrumPath
{
    /// <summary>What the motors do, degrees per second.</summary>
    public const double FullSpeed = 1;

    /// <summary>s.</summary>
    public const double Tick = 1;

    private const double Radians = Math.PI / 180;

    private static readonly double CosineOutermost = Math.Cos(Outermost * Radians);

    private readonly double[] _from = new double[Drums], _at = new double[Drums], _rates = new double[Drums], _outermost = new double[Drums];
    private readonly (double Sin, double Cos)[] _fromTurn = new (double, double)[Drums], _atTurn = new (double, double)[Drums];
    private bool _canJam;

    /// <param name="angles">Degrees, one for each drum.</param>
    /// <param name="rates">Degrees per second.</param>
    /// <param name="canJam">False where what the drums did is known.</param>
    public void Set(ReadOnlySpan<double> angles, ReadOnlySpan<double> rates, bool canJam)
    {
        _canJam = canJam;
        angles.CopyTo(_from);
        for (var k = 0; k < Drums; k++)
        {
            _rates[k] = Math.Clamp(rates[k], -FullSpeed, FullSpeed);
            _at[k] = Turned(_from[k], rates[k], Tick);
            (_fromTurn[k], _atTurn[k]) = (Math.SinCos(_from[k] * Radians), Math.SinCos(_at[k] * Radians));
            _outermost[k] = _from[k] >= _at[k] ? _fromTurn[k].Cos : _atTurn[k].Cos;
        }
    }

    /// <summary>Absolute; 0 when all drums stand at their rated angle.</summary>
    /// <param name="time">s from the start of the tick.</param>
    public double Reactivity(double time)
    {
        var (cosines, jam, isTick) = (0.0, 0.0, time <= Tick);
        var (turned, turn) = (0.0, (Sin: 0.0, Cos: 1.0));
        for (var k = 0; k < Drums; k++)
        {
            // Most drums turn alike, and the cosine of a sum needs the sine and cosine of what they have turned once.
            var by = isTick ? _rates[k] * time : -FullSpeed * (time - Tick);
            if (by != turned) (turned, turn) = (by, Math.SinCos(by * Radians));
            var (angle, start) = isTick ? (_from[k] + by, _fromTurn[k]) : (_at[k] + by, _atTurn[k]);
            var cosine = angle <= 0 ? 1 : angle >= Outermost ? CosineOutermost : (start.Cos * turn.Cos) - (start.Sin * turn.Sin);
            cosines += cosine;

            // A drum on its way out is nowhere further out than it will be: in the first tick its jam leaves less.
            if (_canJam && (!isTick || _rates[k] < 0)) jam = Math.Max(jam, cosine - _outermost[k]);
        }

        return DrumWorth / 2 * (RatedCosines - cosines + jam);
    }

    private static double RatedCosines { get; } = Drums * Math.Cos(RatedAngle * Radians);

    /// <summary>Degrees, where a drum is after a time in s.</summary>
    public static double Turned(double angle, double rate, double time) =>
        Math.Clamp(angle + (Math.Clamp(rate, -FullSpeed, FullSpeed) * time), 0, Outermost);
}
