#nullable disable
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace MQTTnet;

/// <summary>How a TLS connection is made and whom it trusts.</summary>
public sealed class MqttClientTlsOptions
{
    public bool AllowUntrustedCertificates { get; set; }

    public Func<MqttClientCertificateValidationEventArgs, bool> CertificateValidationHandler { get; set; }

    public IMqttClientCertificatesProvider ClientCertificatesProvider { get; set; }

    public bool IgnoreCertificateChainErrors { get; set; }

    public bool IgnoreCertificateRevocationErrors { get; set; }

    public X509RevocationMode RevocationMode { get; set; } = X509RevocationMode.Online;

    public SslProtocols SslProtocol { get; set; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>The name in the server's certificate where it is not the host of the endpoint.</summary>
    public string TargetHost { get; set; }

    /// <summary>Authorities that are trusted instead of the machine's.</summary>
    public X509Certificate2Collection TrustChain { get; set; }

    public bool UseTls { get; set; }
}

/// <summary>Gives the certificates that the client shows.</summary>
public interface IMqttClientCertificatesProvider
{
    X509CertificateCollection GetCertificates();
}

/// <summary>Certificates that do not change.</summary>
public sealed class DefaultMqttCertificatesProvider : IMqttClientCertificatesProvider
{
    private readonly X509CertificateCollection _certificates;

    public DefaultMqttCertificatesProvider(X509Certificate2Collection certificates) => _certificates = certificates;

    public DefaultMqttCertificatesProvider(IEnumerable<X509Certificate> certificates) => _certificates = [.. certificates ?? []];

    public X509CertificateCollection GetCertificates() => _certificates;
}

/// <summary>The server's certificate, for a handler that decides whether to trust it.</summary>
public sealed class MqttClientCertificateValidationEventArgs(
    X509Certificate certificate,
    X509Chain chain,
    SslPolicyErrors sslPolicyErrors,
    IMqttClientChannelOptions clientOptions) : EventArgs
{
    public X509Certificate Certificate { get; } = certificate;

    public X509Chain Chain { get; } = chain;

    public IMqttClientChannelOptions ClientOptions { get; } = clientOptions;

    public SslPolicyErrors SslPolicyErrors { get; } = sslPolicyErrors;
}
