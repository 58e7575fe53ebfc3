using LabAutomation.Conformance;
using LabAutomation.Lab.Conforming;
using LabAutomation.Protocol;
using LabAutomation.SystemTests.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>A pump that is driven on a real broker, and checked over the wire as somebody else's.</summary>
internal static class HostedPump
{
    /// <param name="incoming">What becomes of a message that the driver hears; all of them where null.</param>
    public static async Task<IConformanceHarness> StartAsync(MqttStage stage, Func<BusMessage, BusMessage?>? incoming = null)
    {
        var broker = StageBroker.Over(stage).Broker;
        var bent = broker with { Connect = (id, will, access) => new BentBus(broker.Connect(id, will, access), message => [message], incoming ?? (message => message)) };
        var driver = await InProcessHarness.OpenAsync(ConformingFamilies.Setup(BrokenDrivers.Pump, _ => Task.FromResult((bent, (IAsyncDisposable?)null))));
        await driver.StartAsync(CancellationToken.None);
        return driver;
    }

    public static ConformanceKit Kit(MqttStage stage, IConformanceHarness driver, string? effects = null)
    {
        var harness = new WireHarness(Topics.Of(ConformanceBroker.Site, ConformanceBroker.Instrument), id => stage.Create(id), driver.Clock) { EffectsFile = effects };
        return new ConformanceKit(() => Task.FromResult<IConformanceHarness>(harness), ConformingFamilies.SampleOf(BrokenDrivers.Pump));
    }
}
