using LabAutomation.Protocol;
using LabAutomation.Simulators;

namespace LabAutomation.Tests.Protocol.Bus;

/// <summary>
/// All that every bus does, on one that takes its time. Under duplicates the same holds but for the tests that compare all that came with all that was
/// sent, and under reordering and loss but for those that rely on order and on every message.
/// </summary>
public sealed class SimulatedBusWithLatencyTests : BusContract
{
    protected override Task<BusStage> OpenAsync() => Task.FromResult<BusStage>(new Stage());

    private sealed class Stage : BusStage
    {
        private readonly SimulatedBroker _broker = new(TimeProvider.System, faults: new BusFaults(new Random(5)) { Latency = TimeSpan.FromMilliseconds(3) });

        public override ILabBus Create(string clientId, BusMessage? will = null) => _broker.CreateBus(clientId, will, Accounts[clientId]);

        public override void Cut(string clientId) => _broker.Sever(clientId);

        public override void Restore(string clientId) => _broker.Mend(clientId);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
