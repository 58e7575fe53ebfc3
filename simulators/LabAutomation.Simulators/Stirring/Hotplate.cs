namespace LabAutomation.Simulators.Stirring;

/// <summary>
/// Temperature of the cuvette on the plate, °C. The controller brings it to the set point as a first-order lag; it cannot cool, so above
/// the set point and when off the plate loses heat to the room, more slowly. Closed form between changes.
/// </summary>
internal sealed class Hotplate
{
    public const double Room = 22;

    /// <summary>Time constant towards the set point, s.</summary>
    public const double HeatingLag = 120;

    /// <summary>Time constant of heat loss, s.</summary>
    public const double LossLag = 900;

    public DateTimeOffset Since { get; set; }

    public double TemperatureThen { get; set; } = Room;

    /// <summary>Set point, or null when the heater is off.</summary>
    public double? Demand { get; set; }

    public double Temperature(DateTimeOffset time)
    {
        var seconds = Math.Max(0, (time - Since).TotalSeconds);
        if (Demand > TemperatureThen) return Approach(Demand.Value, HeatingLag, seconds);
        var cooling = Approach(Room, LossLag, seconds);
        return Demand is { } held ? Math.Max(held, cooling) : cooling;
    }

    /// <summary>The plate under the cuvette is hotter by what drives the heat through the glass.</summary>
    public double Plate(DateTimeOffset time)
    {
        var here = Temperature(time);
        return Demand > here ? here + (0.25 * (Demand.Value - here)) : here;
    }

    public void Control(double? demand, DateTimeOffset time) =>
        (TemperatureThen, Since, Demand) = (Temperature(time), time, demand);

    private double Approach(double end, double lag, double seconds) => end + ((TemperatureThen - end) * Math.Exp(-seconds / lag));
}
