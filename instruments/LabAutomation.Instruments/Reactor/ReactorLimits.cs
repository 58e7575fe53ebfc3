namespace LabAutomation.Instruments.Reactor;

/// <summary>What a core may do, whoever steers it.</summary>
public sealed record ReactorLimits
{
    /// <summary>Highest power, in multiples of the rated one: 105 % of what is licensed.</summary>
    public double Power { get; init; } = 1.05;

    /// <summary>Shortest period while power rises, s.</summary>
    public double Period { get; init; } = 10;

    /// <summary>Highest reactivity, $.</summary>
    public double Reactivity { get; init; } = 0.5;

    /// <summary>Hottest fuel, K.</summary>
    public double Fuel { get; init; } = 1125;

    /// <summary>Fastest that a drum may be turned out, degrees per second. Inwards they may go as fast as their motors.</summary>
    public double DrumRate { get; init; } = 0.5;

    /// <summary>The limits that a forecast of someone's proposal has to keep: nearer by what measurements and model may be wrong together.</summary>
    public ReactorLimits Tightened() => this with { Power = Power * 0.985, Period = Period * 1.15, Reactivity = Reactivity * 0.96, Fuel = Fuel - 2 };
}
