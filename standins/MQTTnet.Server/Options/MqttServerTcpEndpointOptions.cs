#nullable disable
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using MQTTnet.Certificates;

namespace MQTTnet.Server;

/// <summary>Where a server listens.</summary>
public abstract class MqttServerTcpEndpointBaseOptions
{
    /// <summary>The IPv4 address; IPAddress.None where IPv4 is not to be used.</summary>
    public IPAddress BoundInterNetworkAddress { get; set; } = IPAddress.Any;

    /// <summary>The IPv6 address; IPAddress.None (not IPv6None) where IPv6 is not to be used. Failing to listen on it is not an error.</summary>
    public IPAddress BoundInterNetworkV6Address { get; set; } = IPAddress.IPv6Any;

    public int ConnectionBacklog { get; set; } = 100;

    public bool IsEnabled { get; set; }

    /// <summary>Whether TCP itself probes silent connections.</summary>
    public bool? KeepAlive { get; set; }

    public bool NoDelay { get; set; } = true;

    public int Port { get; set; }

    public bool ReuseAddress { get; set; }
}

/// <summary>The endpoint without TLS.</summary>
public class MqttServerTcpEndpointOptions : MqttServerTcpEndpointBaseOptions
{
    public MqttServerTcpEndpointOptions() => Port = 1883;
}

/// <summary>The endpoint with TLS.</summary>
public sealed class MqttServerTlsTcpEndpointOptions : MqttServerTcpEndpointBaseOptions
{
    public MqttServerTlsTcpEndpointOptions() => Port = 8883;

    public ICertificateProvider CertificateProvider { get; set; }

    public bool CheckCertificateRevocation { get; set; }

    public bool ClientCertificateRequired { get; set; }

    public RemoteCertificateValidationCallback RemoteCertificateValidationCallback { get; set; }

    public SslProtocols SslProtocol { get; set; } = SslProtocols.None;
}
