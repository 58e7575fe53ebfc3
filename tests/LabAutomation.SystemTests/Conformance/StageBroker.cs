using LabAutomation.Conformance;
using LabAutomation.SystemTests.Bus;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>A real broker for the kit, each of its clients behind a link that can be cut.</summary>
internal static class StageBroker
{
    public static (ConformanceBroker Broker, IAsyncDisposable? Lifetime) Over(MqttStage stage) =>
        (new ConformanceBroker((id, will, _) => stage.Create(id, will), stage.Cut, stage.Restore, stage.RestartBrokerAsync), stage);
}
