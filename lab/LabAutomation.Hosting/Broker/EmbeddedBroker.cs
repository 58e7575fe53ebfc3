using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.Hosting.Broker;

/// <summary>
/// The broker inside the program: for clients with an account, each within its access list. It listens on the loopback address, and
/// with TLS at an endpoint for other machines. What is refused is answered with a reason and leaves the connection standing.
/// </summary>
/// <param name="endpoint">For other machines, with TLS; null for this machine alone.</param>
/// <param name="lasting">Accounts beside those that are issued here.</param>
internal sealed class EmbeddedBroker(ILogger<EmbeddedBroker> log, BrokerEndpoint? endpoint = null, LastingAccounts? lasting = null) : IAsyncDisposable
{
    /// <summary>How often the file of the lasting accounts is looked at.</summary>
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>The largest payload that is passed on.</summary>
    public const int MaximumMessageBytes = BulkData.MaximumBytes;

    /// <summary>What waits for one client. Beyond that new messages are lost to it, and the log says so.</summary>
    private const int MaximumWaitingPerClient = 100_000;

    private const int PortAttempts = 10;
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    private readonly BrokerAccounts _accounts = new();
    private MqttServer? _server;
    private ITimer? _refreshing;
    private int _isRefreshing;
    private long _dropped;

    public static IPAddress Address => IPAddress.Loopback;

    /// <summary>Where it listens on the loopback address, without TLS, since <see cref="StartAsync"/>; before that 0.</summary>
    public int Port { get; private set; }

    /// <summary>Where it listens for other machines, with TLS; 0 where it does not.</summary>
    public int SecurePort { get; private set; }

    /// <summary>Makes an account, before or while the broker runs. Issuing again for the same client makes the earlier password void.</summary>
    /// <exception cref="ArgumentException">The client id is not a name.</exception>
    public BrokerAccount Issue(string clientId, BrokerAccess access) => _accounts.Issue(clientId, access);

    /// <param name="wanted">The port to listen on, of the endpoint for other machines where there is one; 0 for one that is free.</param>
    /// <exception cref="InvalidOperationException">It runs already.</exception>
    /// <exception cref="LabException">The lasting accounts cannot be read.</exception>
    /// <exception cref="SocketException">The port, or any port, could not be had.</exception>
    public async Task StartAsync(int wanted = 0)
    {
        if (_server is not null) throw new InvalidOperationException("the broker runs already");
        lasting?.Refresh();
        for (var attempt = 1; ; attempt++)
        {
            var secure = endpoint is null ? 0 : wanted == 0 ? FreePort() : wanted;
            var port = endpoint is null && wanted != 0 ? wanted : FreePort();
            var server = Build(port, secure);
            try
            {
                await server.StartAsync();
                (_server, Port, SecurePort) = (server, port, secure);
                break;
            }
            catch (SocketException) when (wanted == 0 && attempt < PortAttempts)
            {
                server.Dispose();       // somebody else took the port in between
            }
        }

        if (lasting is not null) _refreshing = TimeProvider.System.CreateTimer(_ => _ = RefreshAsync(), null, RefreshEvery, RefreshEvery);
        log.LogInformation("The broker listens on {Address}:{Port}", Address, Port);
        if (endpoint is not null) log.LogInformation("The broker listens on {Address}:{Port} with TLS", endpoint.Address, SecurePort);
    }

    public async Task StopAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        _refreshing?.Dispose();
        await server.StopAsync();
        server.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private MqttServer Build(int port, int securePort)
    {
        var builder = new MqttServerOptionsBuilder()
            .WithDefaultEndpoint()
            .WithDefaultEndpointBoundIPAddress(Address)
            .WithDefaultEndpointBoundIPV6Address(IPAddress.None)
            .WithDefaultEndpointPort(port)
            .WithDefaultCommunicationTimeout(ConnectWithin)
            .WithMaxPendingMessagesPerClient(MaximumWaitingPerClient)
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropNewMessage)
            .WithPersistentSessions();
        if (endpoint is not null) Secure(builder, endpoint, securePort);
        var server = new MqttServerFactory().CreateMqttServer(builder.Build());
        server.ValidatingConnectionAsync += Admit;
        server.InterceptingPublishAsync += Judge;
        server.InterceptingSubscriptionAsync += Judge;
        server.ApplicationMessageEnqueuedOrDroppedAsync += Watch;
        return server;
    }

    private static void Secure(MqttServerOptionsBuilder builder, BrokerEndpoint endpoint, int port)
    {
        builder.WithEncryptedEndpoint()
            .WithEncryptedEndpointBoundIPAddress(endpoint.Address)
            .WithEncryptedEndpointBoundIPV6Address(IPAddress.None)
            .WithEncryptedEndpointPort(port)
            .WithEncryptionCertificate(endpoint.Certificate);

        // Whoever shows no certificate has a password to show.
        if (endpoint.ClientAuthorities is not null) builder.WithClientCertificate((_, shown, _, _) => shown is null || endpoint.Trusts(shown));
    }

    private Task Admit(ValidatingConnectionEventArgs connection)
    {
        if (!IsWelcome(connection))
        {
            connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            log.LogWarning("A client was turned away from the broker: it called itself {Client}", Printable(connection.ClientId));
        }

        return Task.CompletedTask;
    }

    private bool IsWelcome(ValidatingConnectionEventArgs connection)
    {
        if (_accounts.Admits(connection.ClientId, connection.UserName, connection.Password)) return true;
        if (lasting is null || string.IsNullOrEmpty(connection.ClientId) || _accounts.Knows(connection.ClientId)) return false;
        _ = RefreshAsync();
        var password = connection.Password ?? "";
        if (password.Length > 0) return connection.UserName == connection.ClientId && lasting.Admits(connection.ClientId, password);

        // The TLS handshake let only certificates of the authorities through.
        return (string.IsNullOrEmpty(connection.UserName) || connection.UserName == connection.ClientId)
            && endpoint?.ClientAuthorities is not null
            && connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == connection.ClientId
            && lasting.Knows(connection.ClientId);
    }

    /// <summary>Sees accounts that were added, and sends the clients of those away that were removed.</summary>
    private async Task RefreshAsync()
    {
        if (lasting is null || Interlocked.Exchange(ref _isRefreshing, 1) == 1) return;
        try
        {
            foreach (var client in lasting.Refresh())
            {
                log.LogWarning("The account of client {Client} was removed or changed; it is disconnected", client);
                if (_server is { } server) await server.DisconnectClientAsync(client, MqttDisconnectReasonCode.NotAuthorized);
            }
        }
        catch (LabException error)
        {
            log.LogError("{Reason}; the accounts that were known hold on", error.Message);
        }
        catch (Exception error) when (error is InvalidOperationException or ObjectDisposedException)
        {
            log.LogDebug("The broker stopped in between: {Reason}", error.Message);
        }
        finally
        {
            Volatile.Write(ref _isRefreshing, 0);
        }
    }

    private BrokerAccess AccessOf(string client) => _accounts.Knows(client) || lasting is null ? _accounts.AccessOf(client) : lasting.AccessOf(client);

    private Task Judge(InterceptingPublishEventArgs publish)
    {
        var message = publish.ApplicationMessage;
        if (!AccessOf(publish.ClientId).MayPublish(message.Topic ?? "", clears: message.Retain && message.Payload.Length == 0))
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
        if (AccessOf(subscription.ClientId).MaySubscribe(subscription.TopicFilter.Topic)) return Task.CompletedTask;
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
