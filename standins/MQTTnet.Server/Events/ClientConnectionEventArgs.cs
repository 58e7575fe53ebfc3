#nullable disable
using System.Collections;
using System.Net;
using System.Text;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>A client has connected.</summary>
public sealed class ClientConnectedEventArgs : EventArgs
{
    private readonly ConnectPacket _connect;

    internal ClientConnectedEventArgs(ConnectPacket connect, EndPoint remoteEndPoint, IDictionary sessionItems)
    {
        _connect = connect;
        RemoteEndPoint = remoteEndPoint;
        SessionItems = sessionItems;
    }

    public string ClientId => _connect.ClientId;

    public string Password => Encoding.UTF8.GetString(_connect.Password ?? []);

    public MqttProtocolVersion ProtocolVersion => _connect.Version;

    public EndPoint RemoteEndPoint { get; }

    public IDictionary SessionItems { get; }

    public string UserName => _connect.UserName;

    public List<MqttUserProperty> UserProperties => _connect.Properties.UserProperties;
}

/// <summary>A client has left or was lost.</summary>
public sealed class ClientDisconnectedEventArgs : EventArgs
{
    private readonly ConnectPacket _connect;
    private readonly DisconnectPacket _disconnect;

    internal ClientDisconnectedEventArgs(
        ConnectPacket connect, DisconnectPacket disconnect, MqttClientDisconnectType disconnectType, EndPoint remoteEndPoint, IDictionary sessionItems)
    {
        _connect = connect;
        _disconnect = disconnect;
        DisconnectType = disconnectType;
        RemoteEndPoint = remoteEndPoint;
        SessionItems = sessionItems;
    }

    public string ClientId => _connect.ClientId;

    public MqttClientDisconnectType DisconnectType { get; }

    public string Password => Encoding.UTF8.GetString(_connect.Password ?? []);

    /// <summary>The reason in the client's DISCONNECT; null where none came.</summary>
    public MqttDisconnectReasonCode? ReasonCode => _disconnect?.ReasonCode;

    public string ReasonString => _disconnect?.Properties.ReasonString;

    public EndPoint RemoteEndPoint { get; }

    public uint SessionExpiryInterval => _disconnect?.Properties.SessionExpiryInterval ?? 0;

    public IDictionary SessionItems { get; }

    public string UserName => _connect.UserName;

    public List<MqttUserProperty> UserProperties => _disconnect?.Properties.UserProperties;
}

/// <summary>How a connection ended.</summary>
public enum MqttClientDisconnectType
{
    Clean,
    NotClean,
    Takeover,
}
