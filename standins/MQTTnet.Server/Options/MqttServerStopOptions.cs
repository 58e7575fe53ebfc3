#nullable disable
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet.Server;

/// <summary>How a server takes leave of its clients.</summary>
public sealed class MqttServerStopOptions
{
    public MqttServerClientDisconnectOptions DefaultClientDisconnectOptions { get; set; } = new() { ReasonCode = MqttDisconnectReasonCode.ServerShuttingDown };
}

/// <summary>What the server says to a client that it disconnects (MQTT 5 only).</summary>
public sealed class MqttServerClientDisconnectOptions
{
    public MqttDisconnectReasonCode ReasonCode { get; set; } = MqttDisconnectReasonCode.NormalDisconnection;

    public string ReasonString { get; set; }

    public string ServerReference { get; set; }

    public List<MqttUserProperty> UserProperties { get; set; }
}
