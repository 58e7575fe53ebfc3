namespace LabAutomation.Simulators.Reactor;

/// <summary>The worst that a core did over a time.</summary>
public record struct CoreExtremes()
{
    /// <summary>Highest power, in multiples of the rated one.</summary>
    public double Power { get; private set; }

    /// <summary>Fastest growth, 1/s: one over the shortest period; 0 when power never rose.</summary>
    public double Growth { get; private set; }

    /// <summary>Highest reactivity, absolute.</summary>
    public double Reactivity { get; private set; } = double.NegativeInfinity;

    /// <summary>Hottest fuel, K.</summary>
    public double Fuel { get; private set; }

    /// <summary>Shortest period while power rose, s.</summary>
    public readonly double Period => 1 / Growth;

    public void Note(double power, double growth, double reactivity, double fuel)
    {
        Power = Math.Max(Power, power);
        Growth = Math.Max(Growth, growth);
        Reactivity = Math.Max(Reactivity, reactivity);
        Fuel = Math.Max(Fuel, fuel);
    }
}
