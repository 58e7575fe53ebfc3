using static LabAutomation.Instruments.Reactor.CertifiedConstants;

namespace LabAutomation.Instruments.Reactor;

/// <summary>Where the drums are over a forecast: at given rates for one tick, then in at full speed, except the one that matters most, which is taken as stuck.</summary>
internal sealed class DrumPath
{
    /// <summary>What the motors do, degrees per second.</summary>
    public const double FullSpeed = 1;

    /// <summary>s.</summary>
    public const double Tick = 1;

    private readonly double[] _from = new double[Drums], _at = new double[Drums], _rates = new double[Drums];
    private int _stuck;

    /// <summary>Degrees, one for each drum, and degrees per second.</summary>
    public void Set(ReadOnlySpan<double> angles, ReadOnlySpan<double> rates)
    {
        angles.CopyTo(_from);
        rates.CopyTo(_rates);
        _stuck = 0;
        for (var k = 0; k < Drums; k++)
        {
            _at[k] = Turned(_from[k], rates[k], Tick);
            if (_at[k] > _at[_stuck]) _stuck = k;
        }
    }

    /// <summary>Absolute; 0 when all drums stand at their rated angle.</summary>
    /// <param name="time">s from the start of the tick.</param>
    public double Reactivity(double time)
    {
        var cosines = 0.0;
        for (var k = 0; k < Drums; k++)
        {
            var angle = time <= Tick ? Turned(_from[k], _rates[k], time)
                : k == _stuck ? _at[k] : Turned(_at[k], -FullSpeed, time - Tick);
            cosines += Math.Cos(angle * (Math.PI / 180));
        }

        return DrumWorth / 2 * (RatedCosines - cosines);
    }

    private static double RatedCosines { get; } = Drums * Math.Cos(RatedAngle * Math.PI / 180);

    /// <summary>Degrees, where a drum is after a time in s.</summary>
    public static double Turned(double angle, double rate, double time) =>
        Math.Clamp(angle + (Math.Clamp(rate, -FullSpeed, FullSpeed) * time), 0, Outermost);
}
