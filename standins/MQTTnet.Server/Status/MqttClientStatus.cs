#nullable disable
using System.Net;
using MQTTnet.Formatter;

namespace MQTTnet.Server;

/// <summary>A connected client, as the program sees it.</summary>
public sealed class MqttClientStatus
{
    private readonly ClientConnection _connection;

    internal MqttClientStatus(ClientConnection connection)
    {
        _connection = connection;
        Session = new MqttSessionStatus(connection.Session);
    }

    public DateTime ConnectedTimestamp => _connection.ConnectedAt.UtcDateTime;

    public string Id => _connection.Session.ClientId;

    public DateTime LastPacketReceivedTimestamp => _connection.LastPacketAt.UtcDateTime;

    public MqttProtocolVersion ProtocolVersion => _connection.Version;

    public EndPoint RemoteEndPoint => _connection.Link.RemoteEndPoint;

    public MqttSessionStatus Session { get; set; }

    public Task DisconnectAsync(MqttServerClientDisconnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return _connection.DisconnectAsync(options);
    }
}
