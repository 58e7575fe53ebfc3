namespace LabAutomation.Simulators.Stirring;

/// <summary>The stirring bar: its speed follows the demand as a first-order lag. Closed form between changes of the demand.</summary>
internal sealed class Rotor
{
    /// <summary>Time constant, s.</summary>
    public const double Lag = 1.5;

    public DateTimeOffset Since { get; set; }

    /// <summary>rpm at <see cref="Since"/>.</summary>
    public double SpeedThen { get; set; }

    /// <summary>rpm.</summary>
    public double Demand { get; set; }

    /// <summary>All revolutions up to <see cref="Since"/>.</summary>
    public double RevolutionsThen { get; set; }

    /// <summary>rpm.</summary>
    public double Speed(DateTimeOffset time) => Demand + ((SpeedThen - Demand) * Math.Exp(-Seconds(time) / Lag));

    /// <summary>The integral of <see cref="Speed"/> since the bench was made.</summary>
    public double Revolutions(DateTimeOffset time)
    {
        var seconds = Seconds(time);
        return RevolutionsThen + (((Demand * seconds) + ((SpeedThen - Demand) * Lag * (1 - Math.Exp(-seconds / Lag)))) / 60);
    }

    public void Turn(double demand, DateTimeOffset time) =>
        (RevolutionsThen, SpeedThen, Since, Demand) = (Revolutions(time), Speed(time), time, demand);

    private double Seconds(DateTimeOffset time) => Math.Max(0, (time - Since).TotalSeconds);
}
