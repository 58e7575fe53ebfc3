using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MQTTnet.Server;

/// <summary>Listens on one endpoint and hands over the connections.</summary>
internal sealed class Listener : IDisposable
{
    private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(50);
    private readonly MqttServerTcpEndpointBaseOptions _options;
    private readonly Socket _socket;

    private Listener(MqttServerTcpEndpointBaseOptions options, Socket socket)
    {
        _options = options;
        _socket = socket;
    }

    /// <exception cref="SocketException">The IPv4 endpoint cannot be listened on, most often because its port is in use.</exception>
    public static IEnumerable<Listener> Open(MqttServerTcpEndpointBaseOptions options)
    {
        if (!options.BoundInterNetworkAddress.Equals(IPAddress.None)) yield return Bind(options, options.BoundInterNetworkAddress);
        if (options.BoundInterNetworkV6Address.Equals(IPAddress.None) || !Socket.OSSupportsIPv6) yield break;

        Listener? v6 = null;
        try
        {
            v6 = Bind(options, options.BoundInterNetworkV6Address);
        }
        catch (SocketException)
        {
            // Many machines have IPv6 switched off; IPv4 is enough to serve.
        }

        if (v6 is not null) yield return v6;
    }

    /// <summary>Accepts until the listener is disposed.</summary>
    public Task AcceptAsync(Func<ClientLink, Task> serve, Func<CancellationTokenSource> handshakeTimeout, LinkCount links, TimeProvider clock) =>
        AcceptAsync(_socket.AcceptAsync, serve, handshakeTimeout, links, clock);

    /// <param name="accept">Waits for the next client.</param>
    /// <param name="serve">Serves a client whose stream is open.</param>
    /// <param name="handshakeTimeout">Ends a TLS handshake that takes too long.</param>
    /// <param name="links">A client that finds no room there is sent away before any handshake.</param>
    /// <param name="clock">Measures the rest after a failure.</param>
    internal async Task AcceptAsync(
        Func<Task<Socket>> accept, Func<ClientLink, Task> serve, Func<CancellationTokenSource> handshakeTimeout, LinkCount links, TimeProvider clock)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await accept();
            }
            catch (Exception closed) when (closed is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted })
            {
                return;
            }
            catch (SocketException)
            {
                // A client gave up while it waited, or the process has no descriptor left, which another try at once would not change.
                await Task.Delay(_rest, clock);
                continue;
            }

            if (links.TryEnter()) _ = Task.Run(() => ServeCountedAsync(client, serve, handshakeTimeout, links));
            else client.Dispose();
        }
    }

    public void Dispose() => _socket.Dispose();

    private static Listener Bind(MqttServerTcpEndpointBaseOptions options, IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (options.ReuseAddress) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(new IPEndPoint(address, options.Port));
            socket.Listen(options.ConnectionBacklog);
            return new Listener(options, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task ServeCountedAsync(Socket client, Func<ClientLink, Task> serve, Func<CancellationTokenSource> handshakeTimeout, LinkCount links)
    {
        try
        {
            await ServeAsync(client, serve, handshakeTimeout);
        }
        finally
        {
            links.Leave();
        }
    }

    private async Task ServeAsync(Socket client, Func<ClientLink, Task> serve, Func<CancellationTokenSource> handshakeTimeout)
    {
        try
        {
            client.NoDelay = _options.NoDelay;
            if (_options.KeepAlive == true) client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);

            var remote = client.RemoteEndPoint;
            await using var stream = new NetworkStream(client, ownsSocket: true);
            if (_options is not MqttServerTlsTcpEndpointOptions tls)
            {
                await serve(new ClientLink(stream, remote, false, null));
                return;
            }

            await using var secure = new SslStream(stream, leaveInnerStreamOpen: false);
            using (var timeout = handshakeTimeout()) await secure.AuthenticateAsServerAsync(Authentication(tls), timeout.Token);
            await serve(new ClientLink(secure, remote, true, secure.RemoteCertificate as X509Certificate2));
        }
        catch (Exception refused) when (refused is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away or failed the TLS handshake; it concerns nobody else.
        }
    }

    private static SslServerAuthenticationOptions Authentication(MqttServerTlsTcpEndpointOptions tls) => new()
    {
        ServerCertificate = tls.CertificateProvider.GetCertificate(),
        ClientCertificateRequired = tls.ClientCertificateRequired,
        CertificateRevocationCheckMode = tls.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
        EnabledSslProtocols = tls.SslProtocol,
        RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
    };
}
