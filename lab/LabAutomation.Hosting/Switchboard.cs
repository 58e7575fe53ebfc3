using System.Net.Sockets;
using LabAutomation.Hosting.Broker;
using LabAutomation.Hosting.Desk;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>The broker and the clients of it. On the embedded one each gets an account of its own with what it needs and no more.</summary>
/// <param name="accounts">Accounts for other programs on the embedded broker.</param>
internal sealed class Switchboard(string site, BrokerOptions options, ILoggerFactory logging, AccountFile? accounts = null) : ISwitchboard
{
    private EmbeddedBroker? _broker;
    private DeskLink? _desk;

    private EmbeddedBroker Broker => _broker ?? throw new InvalidOperationException("the embedded broker has not started");

    /// <exception cref="LabException">The broker cannot start, or its files cannot be used.</exception>
    public async Task StartAsync()
    {
        if (options.IsElsewhere) return;
        var endpoint = BrokerEndpoint.Of(options);
        _broker = new EmbeddedBroker(logging.CreateLogger<EmbeddedBroker>(), endpoint, accounts is null ? null : new LastingAccounts(accounts, site));
        try
        {
            await _broker.StartAsync(options.Port);
        }
        catch (SocketException error)
        {
            var where = options.Port == 0 ? "any port" : $"port {options.Port} (Broker:Port)";
            throw new LabException(LabFault.Broker, $"the embedded broker cannot listen on {where} of {endpoint?.Address ?? EmbeddedBroker.Address}: {error.Message}", error);
        }
    }

    public ILabBus ConnectDriver(InstrumentOptions instrument, BusMessage will)
    {
        var client = ClientOf(instrument);
        return options.IsElsewhere
            ? new MqttLabBus(options.Link.ForClient(client, will), TimeProvider.System, logging.CreateLogger<MqttLabBus>())
            : Connect(Broker.Issue(client, BrokerAccess.ForDriver(site, instrument.Name, client)), will);
    }

    public ILabBus ConnectAgents(string client) => options.IsElsewhere
        ? new MqttLabBus(options.Link.ForClient(client), TimeProvider.System, logging.CreateLogger<MqttLabBus>())
        : Connect(Broker.Issue(client, BrokerAccess.ForAgents(site, client)), will: null);

    /// <summary>Under which name the driver of an instrument is a client.</summary>
    public static string ClientOf(InstrumentOptions instrument) => ClientOf(instrument.Name);

    /// <inheritdoc cref="ClientOf(InstrumentOptions)"/>
    public static string ClientOf(string instrument) => $"driver-{instrument}";

    public void OfferDesk(string dataDirectory)
    {
        if (!options.IsElsewhere) _desk = DeskLink.Offer(dataDirectory, Broker.Port, Broker.Issue(DeskLink.Account, BrokerAccess.ForOperator(site, DeskLink.Account)));
    }

    public async ValueTask DisposeAsync()
    {
        _desk?.Dispose();
        if (_broker is not null) await _broker.StopAsync();
    }

    /// <summary>How a client of this account reaches the embedded broker.</summary>
    internal MqttLabBusOptions LinkOf(BrokerAccount account, BusMessage? will) => new()
    {
        Host = "127.0.0.1",
        Port = _broker?.Port ?? 0,
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
