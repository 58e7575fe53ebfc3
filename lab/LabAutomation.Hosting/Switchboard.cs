using LabAutomation.Hosting.Broker;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>The embedded broker and the clients of it: each gets an account of its own with what it needs and no more.</summary>
internal sealed class Switchboard(string site, BrokerOptions options, ILoggerFactory logging) : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = new(options, logging.CreateLogger<EmbeddedBroker>());

    /// <exception cref="LabException">The broker cannot start.</exception>
    public Task StartAsync(CancellationToken cancellation) => _broker.StartAsync(cancellation);

    public ILabBus ConnectDriver(InstrumentOptions instrument, BusMessage will)
    {
        var client = $"driver-{instrument.Name}";
        return Connect(_broker.Issue(client, BrokerAccess.ForDriver(site, instrument.Name, client)), will);
    }

    public ILabBus ConnectAgents(string client) => Connect(_broker.Issue(client, BrokerAccess.ForAgents(site, client)), will: null);

    public async ValueTask DisposeAsync() => await _broker.StopAsync();

    private MqttLabBus Connect(BrokerAccount account, BusMessage? will) => new(
        new MqttLabBusOptions
        {
            Host = "127.0.0.1",
            Port = _broker.Port,
            ClientId = account.ClientId,
            UserName = account.UserName,
            Password = account.Password,
            Will = will,
            KeepAlive = TimeSpan.FromSeconds(options.KeepAlive),
            MaximumInFlight = options.MaximumInFlight,
        },
        TimeProvider.System,
        logging.CreateLogger<MqttLabBus>());
}
