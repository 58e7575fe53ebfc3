using LabAutomation.Hosting.Broker;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Bus;

internal sealed class EmbeddedStage : MqttStage
{
    private readonly EmbeddedBroker _broker = new(NullLogger<EmbeddedBroker>.Instance);
    private readonly Dictionary<string, BrokerAccount> _accounts = [];

    private EmbeddedStage()
    {
        foreach (var (clientId, access) in Accounts) _accounts.Add(clientId, _broker.Issue(clientId, access));
    }

    public override int BrokerPort => _broker.Port;

    public static async Task<EmbeddedStage> OpenAsync()
    {
        var stage = new EmbeddedStage();
        await stage.StartBrokerAsync();
        return stage;
    }

    public override Task StartBrokerAsync() => _broker.StartAsync();

    public override Task StopBrokerAsync() => _broker.StopAsync();

    protected override string PasswordOf(string clientId) => _accounts[clientId].Password;
}
