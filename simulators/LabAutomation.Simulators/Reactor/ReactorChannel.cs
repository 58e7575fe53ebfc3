namespace LabAutomation.Simulators.Reactor;

/// <summary>What is measured.</summary>
public enum ReactorQuantity
{
    /// <summary>By neutron detectors, three channels, in multiples of the rated power.</summary>
    Power,

    /// <summary>Three channels, K.</summary>
    Fuel,

    /// <summary>Three channels, K.</summary>
    CoolantOutlet,

    /// <summary>Two encoders for each drum, degrees: channel 2k and 2k + 1 belong to drum k.</summary>
    DrumAngle,
}

/// <summary>One sensor.</summary>
/// <param name="Number">From 0.</param>
public readonly record struct ReactorChannel(ReactorQuantity Quantity, int Number);
