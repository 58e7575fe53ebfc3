using System.Net.Sockets;
using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>The embedded broker and the clients of it: each gets an account of its own with what it needs and no more.</summary>
internal sealed class Switchboard(string site, BrokerOptions options, ILoggerFactory logging) : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = new(logging.CreateLogger<EmbeddedBroker>());

    /// <exception cref="LabException">The broker cannot start.</exception>
    public async Task StartAsync()
    {
        try
        {
            await _broker.StartAsync(options.Port);
        }
        catch (SocketException error)
        {
            var where = options.Port == 0 ? "any port" : $"port {options.Port} (Broker:Port)";
            throw new LabException(LabFault.Broker, $"the embedded broker cannot listen on {where} of 127.0.0.1: {error.Message}", error);
        }
    }

    public ILabBus ConnectDriver(InstrumentOptions instrument, BusMessage will)
    {
        var client = $"driver-{instrument.Name}";
        return Connect(_broker.Issue(client, BrokerAccess.ForDriver(site, instrument.Name, client)), will);
    }

    public ILabBus ConnectAgents(string client) => Connect(_broker.Issue(client, BrokerAccess.ForAgents(site, client)), will: null);

    public async ValueTask DisposeAsync() => await _broker.StopAsync();

    /// <summary>How a client of this account reaches the broker.</summary>
    internal MqttLabBusOptions LinkOf(BrokerAccount account, BusMessage? will) => new()
    {
        Host = "127.0.0.1",
        Port = _broker.Port,
        ClientId = account.ClientId,
        UserName = account.UserName,
        Password = account.Password,
        Will = will,
        KeepAlive = TimeSpan.FromSeconds(options.KeepAlive),
        MaximumInFlight = options.MaximumInFlight,
    };

    private MqttLabBus Connect(BrokerAccount account, BusMessage? will) =>
        new(LinkOf(account, will), TimeProvider.System, logging.CreateLogger<MqttLabBus>());
}
