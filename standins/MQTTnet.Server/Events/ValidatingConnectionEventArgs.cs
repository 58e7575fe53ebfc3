#nullable disable
using System.Collections;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>A client asks to connect. A <see cref="ReasonCode"/> other than Success refuses it.</summary>
public sealed class ValidatingConnectionEventArgs : EventArgs
{
    private readonly ConnectPacket _connect;

    internal ValidatingConnectionEventArgs(ConnectPacket connect, ClientLink link, IDictionary sessionItems, CancellationToken cancellationToken)
    {
        _connect = connect;
        RemoteEndPoint = link.RemoteEndPoint;
        ClientCertificate = link.ClientCertificate;
        IsSecureConnection = link.IsSecure;
        SessionItems = sessionItems;
        CancellationToken = cancellationToken;
    }

    /// <summary>The name that the client gets where it brought none.</summary>
    public string AssignedClientIdentifier { get; set; }

    public byte[] AuthenticationData => _connect.Properties.AuthenticationData;

    public string AuthenticationMethod => _connect.Properties.AuthenticationMethod;

    public CancellationToken CancellationToken { get; }

    public bool? CleanSession => _connect.CleanStart;

    public X509Certificate2 ClientCertificate { get; }

    public string ClientId => _connect.ClientId;

    public bool IsSecureConnection { get; }

    public ushort? KeepAlivePeriod => _connect.KeepAliveSeconds;

    public uint MaximumPacketSize => _connect.Properties.MaximumPacketSize ?? 0;

    public string Password => Encoding.UTF8.GetString(RawPassword ?? []);

    public MqttProtocolVersion ProtocolVersion => _connect.Version;

    public byte[] RawPassword => _connect.Password;

    public MqttConnectReasonCode ReasonCode { get; set; } = MqttConnectReasonCode.Success;

    public string ReasonString { get; set; }

    public ushort ReceiveMaximum => _connect.Properties.ReceiveMaximum ?? 0;

    public EndPoint RemoteEndPoint { get; }

    public bool RequestProblemInformation => _connect.Properties.RequestProblemInformation ?? true;

    public bool RequestResponseInformation => _connect.Properties.RequestResponseInformation ?? false;

    public List<MqttUserProperty> ResponseUserProperties { get; set; }

    public string ServerReference { get; set; }

    public uint SessionExpiryInterval => _connect.Properties.SessionExpiryInterval ?? 0;

    /// <summary>Belongs to the session: what is put here is there in every later event of this client.</summary>
    public IDictionary SessionItems { get; }

    public ushort TopicAliasMaximum => _connect.Properties.TopicAliasMaximum ?? 0;

    public string UserName => _connect.UserName;

    public List<MqttUserProperty> UserProperties => _connect.Properties.UserProperties;

    public uint WillDelayInterval => _connect.Will?.Properties.WillDelayInterval ?? 0;
}
