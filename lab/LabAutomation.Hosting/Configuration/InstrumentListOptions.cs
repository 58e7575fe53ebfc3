namespace LabAutomation.Hosting;

/// <summary>The instruments of the lab, from the list <c>Instruments</c>.</summary>
public sealed class InstrumentListOptions
{
    public List<InstrumentOptions> Instruments { get; } = [];

    /// <summary>Whether no real device is moved.</summary>
    public bool AllSimulated => Instruments.All(instrument => instrument.Connection == InstrumentOptions.Simulated);
}
