namespace LabAutomation.Hosting;

/// <summary>The instruments of the lab, from the list <c>Instruments</c>.</summary>
public sealed class InstrumentListOptions
{
    public List<InstrumentOptions> Instruments { get; } = [];

    /// <summary>Whether no real device is moved from here.</summary>
    public bool AllSimulated => Hosted.All(instrument => instrument.Connection == InstrumentOptions.Simulated);

    /// <summary>Whether other programs drive some of them.</summary>
    internal bool AnyRemote => Instruments.Any(instrument => instrument.IsRemote);

    /// <summary>Those whose drivers run in this program.</summary>
    internal IEnumerable<InstrumentOptions> Hosted => Instruments.Where(instrument => !instrument.IsRemote);
}
