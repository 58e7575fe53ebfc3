using Akka.Configuration;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Broker;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Time;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>Virtual time, a broker without sockets, and one thread.</summary>
/// <param name="faults">What goes wrong in it; nothing where null.</param>
internal sealed class VirtualGround(VirtualTime time, FaultInjector? faults = null) : LabGround
{
    public override TimeProvider Patience => time;

    public override string Dispatcher => "akka.actor.synchronized-dispatcher";

    public override Config Agents => ActorLog.AloneInContext;

    /// <summary>It ends with the program, which would only wait for the disk.</summary>
    public override bool IsDurable => false;

    /// <summary>Where the power may go, it matters what has been forced out before.</summary>
    public override string? Disk => faults?.Disk.Name;

    public override Task Outside(Func<Task> work) => SynchronizationContext.Current is VirtualLoop loop ? loop.Outside(work) : work();

    public override TimeProvider Clock(DataDirectory directory, SimulationOptions simulation, InstrumentListOptions instruments) => time;

    public override ISwitchboard Switchboard(string site, BrokerOptions broker, ILoggerFactory logging, AccountFile accounts) =>
        new VirtualSwitchboard(site, faults?.Broker(logging.CreateLogger<SimulatedBroker>()) ?? new SimulatedBroker(time, logging.CreateLogger<SimulatedBroker>()));

    public override void Has(Ledger ledger) => faults?.Has(ledger);

    public override void Has(Journal journal) => faults?.Has(journal);

    public override void Has(InstrumentRack rack) => faults?.Has(rack);

    private sealed class VirtualSwitchboard(string site, SimulatedBroker broker) : ISwitchboard
    {
        public Task StartAsync() => Task.CompletedTask;

        public ILabBus ConnectDriver(InstrumentOptions instrument, BusMessage will)
        {
            var client = Hosting.Switchboard.ClientOf(instrument);
            return broker.CreateBus(client, will, BrokerAccess.ForDriver(site, instrument.Name, client));
        }

        public ILabBus ConnectAgents(string client) => broker.CreateBus(client, access: BrokerAccess.ForAgents(site, client));

        public void OfferDesk(string dataDirectory)
        {
            // Nobody outside can reach what has no socket.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
