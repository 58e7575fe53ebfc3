using System.Net;
using System.Net.Sockets;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.Hosting.Broker;

/// <summary>
/// The broker inside the program: on the loopback address alone, on a port that is free, for clients with an account, each within its
/// access list. What is refused is answered with a reason and leaves the connection standing.
/// </summary>
internal sealed class EmbeddedBroker(ILogger<EmbeddedBroker> log) : IAsyncDisposable
{
    /// <summary>The largest payload that is passed on.</summary>
    public const int MaximumMessageBytes = 4 << 20;

    /// <summary>What waits for one client. Beyond that new messages are lost to it, and the log says so.</summary>
    private const int MaximumWaitingPerClient = 100_000;

    private const int PortAttempts = 10;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    private readonly BrokerAccounts _accounts = new();
    private MqttServer? _server;
    private long _dropped;

    public static IPAddress Address => IPAddress.Loopback;

    /// <summary>Where it listens since <see cref="StartAsync"/>; before that 0.</summary>
    public int Port { get; private set; }

    /// <summary>Makes an account, before or while the broker runs. Issuing again for the same client makes the earlier password void.</summary>
    /// <exception cref="ArgumentException">The client id is not a name.</exception>
    public BrokerAccount Issue(string clientId, BrokerAccess access) => _accounts.Issue(clientId, access);

    /// <param name="wanted">The port to listen on; 0 for one that is free.</param>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    /// <exception cref="SocketException">The port, or any port, could not be had.</exception>
    public async Task StartAsync(int wanted = 0)
    {
        if (_server is not null) throw new InvalidOperationException("the broker runs already");
        for (var attempt = 1; ; attempt++)
        {
            var port = wanted == 0 ? FreePort() : wanted;
            var server = Build(port);
            try
            {
                await server.StartAsync();
                (_server, Port) = (server, port);
                break;
            }
            catch (SocketException) when (wanted == 0 && attempt < PortAttempts)
            {
                server.Dispose();       // somebody else took the port in between
            }
        }

        log.LogInformation("The broker listens on {Address}:{Port}", Address, Port);
    }

    public async Task StopAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        await server.StopAsync();
        server.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private MqttServer Build(int port)
    {
        var options = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(Address)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(port)
            .WithDefaultCommunicationTimeout(ConnectWithin)
            .WithMaxPendingMessagesPerClient(MaximumWaitingPerClient)
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropNewMessage)
            .WithPersistentSessions()
            .Build();
        var server = new MqttServerFactory().CreateMqttServer(options);
        server.ValidatingConnectionAsync += Admit;
        server.InterceptingPublishAsync += Judge;
        server.InterceptingSubscriptionAsync += Judge;
        server.ApplicationMessageEnqueuedOrDroppedAsync += Watch;
        return server;
    }

    private Task Admit(ValidatingConnectionEventArgs connection)
    {
        if (!_accounts.Admits(connection.ClientId, connection.UserName, connection.Password))
        {
            connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            log.LogWarning("A client was turned away from the broker: it called itself {Client}", Printable(connection.ClientId));
        }

        return Task.CompletedTask;
    }

    private Task Judge(InterceptingPublishEventArgs publish)
    {
        var message = publish.ApplicationMessage;
        if (!_accounts.AccessOf(publish.ClientId).MayPublish(message.Topic ?? ""))
        {
            Refuse(publish, MqttPubAckReasonCode.NotAuthorized, $"client '{publish.ClientId}' may not publish here");
        }
        else if (message.Payload.Length > MaximumMessageBytes)
        {
            Refuse(publish, MqttPubAckReasonCode.QuotaExceeded, $"a payload has at most {MaximumMessageBytes} bytes");
        }

        return Task.CompletedTask;
    }

    private void Refuse(InterceptingPublishEventArgs publish, MqttPubAckReasonCode code, string reason)
    {
        publish.ProcessPublish = false;
        publish.Response.ReasonCode = code;
        publish.Response.ReasonString = reason;
        log.LogWarning("Client {Client} was refused a message on {Topic}: {Reason}", publish.ClientId, Printable(publish.ApplicationMessage.Topic), code);
    }

    private Task Judge(InterceptingSubscriptionEventArgs subscription)
    {
        if (_accounts.AccessOf(subscription.ClientId).MaySubscribe(subscription.TopicFilter.Topic)) return Task.CompletedTask;
        subscription.ProcessSubscription = false;
        subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
        log.LogWarning("Client {Client} was refused the subscription to {Filter}", subscription.ClientId, Printable(subscription.TopicFilter.Topic));
        return Task.CompletedTask;
    }

    private Task Watch(ApplicationMessageEnqueuedEventArgs message)
    {
        if (message.IsDropped && long.IsPow2(Interlocked.Increment(ref _dropped)))
            log.LogError("Client {Client} is too slow or too long away: {Count} messages were lost so far", message.ReceiverClientId, _dropped);
        return Task.CompletedTask;
    }

    private static string Printable(string? text) =>
        new([.. (text ?? "").Take(100).Select(c => char.IsControl(c) ? '?' : c)]);

    private static int FreePort()
    {
        using var probe = new TcpListener(Address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
