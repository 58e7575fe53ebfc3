namespace LabAutomation.Simulators.Thermostats;

/// <summary>
/// A stirred bath with a heater and a cooler, °C. It loses heat to the room as a first-order lag; the controller asks for as much of heater
/// or cooler as brings it to the working set point. Computed in steps of one second of lab time from wherever it stood, so that looking
/// more often changes nothing.
/// </summary>
internal sealed class BathHeat
{
    public const double Room = 22;

    /// <summary>Time constant of heat loss, s.</summary>
    private const double LossLag = 2400;

    /// <summary>Full heater, K/s.</summary>
    private const double Heater = 0.08;

    /// <summary>Full cooler, K/s.</summary>
    private const double Cooler = 0.05;

    /// <summary>The controller makes up for a deviation with this time constant, s.</summary>
    private const double ControlLag = 15;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>The last whole step.</summary>
    public DateTimeOffset At { get; set; }

    public double Temperature { get; set; } = Room;

    /// <summary>Where the controller steers to now; follows a ramp.</summary>
    public double Working { get; set; } = Room;

    /// <summary>Part of full power, -1 (cooling) to 1 (heating).</summary>
    public double Output { get; set; }

    public bool Controls { get; set; }

    /// <summary>The over-temperature cut-out has tripped; stays until control is switched on again below the limit.</summary>
    public bool CutOut { get; set; }

    /// <param name="target">Set point, °C.</param>
    /// <param name="rate">K/s; 0 = at once.</param>
    /// <param name="limit">Over-temperature limit, °C.</param>
    public void RunTo(DateTimeOffset time, double target, double rate, double limit)
    {
        if (At == default) At = time;
        for (; At + Step <= time; At += Step) Pass(target, rate, limit);
    }

    public void SwitchOff() => (Controls, Output) = (false, 0);

    private void Pass(double target, double rate, double limit)
    {
        if (Controls)
        {
            Working = rate == 0 ? target : Working + Math.Clamp(target - Working, -rate, rate);
            var wanted = ((Working - Temperature) / ControlLag) + ((Temperature - Room) / LossLag);
            Output = Math.Clamp(wanted > 0 ? wanted / Heater : wanted / Cooler, -1, 1);
        }

        var end = Room + (LossLag * Output * (Output > 0 ? Heater : Cooler));
        Temperature = end + ((Temperature - end) * Math.Exp(-Step.TotalSeconds / LossLag));
        if (Temperature <= limit) return;
        CutOut = true;
        SwitchOff();
    }
}
