using LabAutomation.Instruments.Reactor;

namespace LabAutomation.Benchmarks.Reactor;

/// <summary>
/// A hand-written controller. A drum rate in proportion to the deviation brings power to the set point, its integral takes the slow drift of temperatures and xenon away,
/// and a feed-forward turns the drums with the slope of the set point.
/// </summary>
internal sealed class LoadFollowing(Func<double, double> setPoint)
{
    /// <summary>Degrees of all drums for a change of power by the rated power: at once, before moderator and precursors follow.</summary>
    private const double FeedForward = 12;

    /// <summary>Degrees per second for a deviation by the rated power, and for such a deviation that has lasted for a second.</summary>
    private const double Proportional = 5, Integral = 0.5;

    private double _sum;

    public void Steer(int tick, ReactorReadings readings, Span<double> rates)
    {
        var power = readings.Power.Order().ElementAt(1);
        var deviation = setPoint(tick) - power;
        _sum = Math.Clamp(_sum + deviation, -1, 1);
        rates.Fill((FeedForward * (setPoint(tick + 1) - setPoint(tick))) + (Proportional * deviation) + (Integral * _sum));
    }

    /// <summary>Straight lines between corners.</summary>
    /// <param name="corners">s and multiples of the rated power, rising in time.</param>
    public static Func<double, double> Ramps(params (double Time, double Power)[] corners) => time =>
    {
        var after = Array.FindIndex(corners, corner => corner.Time > time);
        if (after < 0) return corners[^1].Power;
        if (after == 0) return corners[0].Power;
        var (from, to) = (corners[after - 1], corners[after]);
        return from.Power + ((to.Power - from.Power) * (time - from.Time) / (to.Time - from.Time));
    };
}
