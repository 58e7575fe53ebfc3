#nullable disable
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Certificates;

namespace MQTTnet.Server;

/// <summary>Puts the options of a server together. A new builder has no endpoint.</summary>
public class MqttServerOptionsBuilder
{
    private readonly MqttServerOptions _options = new();

    public MqttServerOptions Build() => _options;

    public MqttServerOptionsBuilder WithClientCertificate(RemoteCertificateValidationCallback validationCallback = null, bool checkCertificateRevocation = false) =>
        With(options =>
        {
            options.TlsEndpointOptions.ClientCertificateRequired = true;
            options.TlsEndpointOptions.CheckCertificateRevocation = checkCertificateRevocation;
            options.TlsEndpointOptions.RemoteCertificateValidationCallback = validationCallback;
        });

    public MqttServerOptionsBuilder WithConnectionBacklog(int value) => With(options =>
    {
        options.DefaultEndpointOptions.ConnectionBacklog = value;
        options.TlsEndpointOptions.ConnectionBacklog = value;
    });

    public MqttServerOptionsBuilder WithDefaultCommunicationTimeout(TimeSpan value) => With(options => options.DefaultCommunicationTimeout = value);

    public MqttServerOptionsBuilder WithDefaultEndpoint() => With(options => options.DefaultEndpointOptions.IsEnabled = true);

    public MqttServerOptionsBuilder WithDefaultEndpointBoundIPAddress(IPAddress value) =>
        With(options => options.DefaultEndpointOptions.BoundInterNetworkAddress = value ?? IPAddress.Any);

    public MqttServerOptionsBuilder WithDefaultEndpointBoundIPV6Address(IPAddress value) =>
        With(options => options.DefaultEndpointOptions.BoundInterNetworkV6Address = value ?? IPAddress.Any);

    public MqttServerOptionsBuilder WithDefaultEndpointPort(int value) => With(options => options.DefaultEndpointOptions.Port = value);

    public MqttServerOptionsBuilder WithEncryptedEndpoint() => With(options => options.TlsEndpointOptions.IsEnabled = true);

    public MqttServerOptionsBuilder WithEncryptedEndpointBoundIPAddress(IPAddress value) =>
        With(options => options.TlsEndpointOptions.BoundInterNetworkAddress = value);

    public MqttServerOptionsBuilder WithEncryptedEndpointBoundIPV6Address(IPAddress value) =>
        With(options => options.TlsEndpointOptions.BoundInterNetworkV6Address = value);

    public MqttServerOptionsBuilder WithEncryptedEndpointPort(int value) => With(options => options.TlsEndpointOptions.Port = value);

    public MqttServerOptionsBuilder WithEncryptionCertificate(byte[] value, IMqttServerCertificateCredentials credentials = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        return WithEncryptionCertificate(new BlobCertificateProvider(value) { Password = credentials?.Password });
    }

    public MqttServerOptionsBuilder WithEncryptionCertificate(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return WithEncryptionCertificate(new X509CertificateProvider(certificate));
    }

    public MqttServerOptionsBuilder WithEncryptionCertificate(ICertificateProvider certificateProvider)
    {
        ArgumentNullException.ThrowIfNull(certificateProvider);
        return With(options => options.TlsEndpointOptions.CertificateProvider = certificateProvider);
    }

    public MqttServerOptionsBuilder WithEncryptionSslProtocol(SslProtocols value) => With(options => options.TlsEndpointOptions.SslProtocol = value);

    public MqttServerOptionsBuilder WithKeepAlive() => With(options =>
    {
        options.DefaultEndpointOptions.KeepAlive = true;
        options.TlsEndpointOptions.KeepAlive = true;
    });

    public MqttServerOptionsBuilder WithMaxPendingMessagesPerClient(int value) => With(options => options.MaxPendingMessagesPerClient = value);

    public MqttServerOptionsBuilder WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy value) =>
        With(options => options.PendingMessagesOverflowStrategy = value);

    public MqttServerOptionsBuilder WithPersistentSessions(bool value = true) => With(options => options.EnablePersistentSessions = value);

    public MqttServerOptionsBuilder WithRemoteCertificateValidationCallback(RemoteCertificateValidationCallback value) =>
        With(options => options.TlsEndpointOptions.RemoteCertificateValidationCallback = value);

    private MqttServerOptionsBuilder With(Action<MqttServerOptions> change)
    {
        change(_options);
        return this;
    }
}
