using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>The broker of a lab, and the clients of it, each of which may do what it needs and no more.</summary>
internal interface ISwitchboard : IAsyncDisposable
{
    /// <exception cref="LabException">The broker cannot start, or its files cannot be used.</exception>
    Task StartAsync();

    /// <summary>The client of an instrument's driver, not yet connected.</summary>
    ILabBus ConnectDriver(InstrumentOptions instrument, BusMessage will);

    /// <summary>The client of the agents, not yet connected.</summary>
    ILabBus ConnectAgents(string client);

    /// <summary>Lets persons on this machine reach the lab's desk while it runs, where the broker is the lab's own.</summary>
    void OfferDesk(string dataDirectory);
}
