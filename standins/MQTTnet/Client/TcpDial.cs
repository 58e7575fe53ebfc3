using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Exceptions;

namespace MQTTnet;

/// <summary>Opens the TCP connection of a client, with TLS where its options say so.</summary>
internal static class TcpDial
{
    public static async Task<Stream> OpenAsync(MqttClientTcpOptions options, CancellationToken cancellationToken)
    {
        var socket = NewSocket(options);
        try
        {
            if (options.NoDelay && options.RemoteEndpoint is not UnixDomainSocketEndPoint) socket.NoDelay = true;
            if (options.LocalEndpoint is not null) socket.Bind(options.LocalEndpoint);
            await socket.ConnectAsync(options.RemoteEndpoint, cancellationToken);

            var stream = new NetworkStream(socket, ownsSocket: true);
            return options.TlsOptions is { UseTls: true } tls ? await SecureAsync(stream, tls, options, cancellationToken) : stream;
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is OperationCanceledException) throw;
            throw new MqttCommunicationException($"{options.RemoteEndpoint} was not reached. {failure.Message}", failure);
        }
    }

    private static Socket NewSocket(MqttClientTcpOptions options)
    {
        if (options.RemoteEndpoint is UnixDomainSocketEndPoint) return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        var family = options.AddressFamily != AddressFamily.Unspecified ? options.AddressFamily : options.RemoteEndpoint.AddressFamily;
        return family == AddressFamily.Unspecified
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(family, SocketType.Stream, ProtocolType.Tcp);
    }

    private static async Task<Stream> SecureAsync(Stream stream, MqttClientTlsOptions tls, MqttClientTcpOptions options, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        try
        {
            var host = tls.TargetHost ?? (options.RemoteEndpoint as DnsEndPoint)?.Host ?? (options.RemoteEndpoint as IPEndPoint)?.Address.ToString() ?? "";
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    EnabledSslProtocols = tls.SslProtocol,
                    CertificateRevocationCheckMode = tls.IgnoreCertificateRevocationErrors ? X509RevocationMode.NoCheck : tls.RevocationMode,
                    ClientCertificates = tls.ClientCertificatesProvider?.GetCertificates(),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(tls, options, certificate, chain, errors),
                    CertificateChainPolicy = ChainPolicy(tls),
                },
                cancellationToken);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private static X509ChainPolicy? ChainPolicy(MqttClientTlsOptions tls)
    {
        if (tls.TrustChain is not { Count: > 0 } authorities) return null;

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = tls.IgnoreCertificateRevocationErrors ? X509RevocationMode.NoCheck : tls.RevocationMode,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private static bool IsTrusted(
        MqttClientTlsOptions tls, IMqttClientChannelOptions options, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (tls.CertificateValidationHandler is { } decide) return decide(new MqttClientCertificateValidationEventArgs(certificate, chain, errors, options));
        if (errors == SslPolicyErrors.None || tls.AllowUntrustedCertificates) return true;

        return tls.IgnoreCertificateChainErrors && errors == SslPolicyErrors.RemoteCertificateChainErrors;
    }
}
