using LabAutomation.Protocol;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Bus;

/// <summary>A real broker behind one proxy per client.</summary>
internal abstract class MqttStage : BusStage
{
    private readonly Dictionary<string, LinkProxy> _proxies = [];

    public abstract int BrokerPort { get; }

    public override ILabBus Create(string clientId, BusMessage? will = null) => new MqttLabBus(Options(clientId, will), TimeProvider.System, NullLogger<MqttLabBus>.Instance);

    public MqttLabBusOptions Options(string clientId, BusMessage? will = null, int maximumInFlight = 64) => new()
    {
        Host = "127.0.0.1",
        Port = Proxy(clientId).Port,
        ClientId = clientId,
        UserName = clientId,
        Password = PasswordOf(clientId),
        Will = will,
        MaximumInFlight = maximumInFlight,
    };

    public LinkProxy Proxy(string clientId)
    {
        if (!_proxies.TryGetValue(clientId, out var proxy)) _proxies.Add(clientId, proxy = new LinkProxy(BrokerPort));
        return proxy;
    }

    public override void Cut(string clientId) => Proxy(clientId).Cut();

    public override void Restore(string clientId) => Proxy(clientId).Restore();

    /// <summary>The broker dies with all it knows and comes back empty, perhaps on another port.</summary>
    public async Task RestartBrokerAsync()
    {
        await StopBrokerAsync();
        await StartBrokerAsync();
        foreach (var proxy in _proxies.Values) proxy.BrokerPort = BrokerPort;
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies.Values) await proxy.DisposeAsync();
        await StopBrokerAsync();
    }

    public abstract Task StartBrokerAsync();

    public abstract Task StopBrokerAsync();

    protected abstract string PasswordOf(string clientId);
}
