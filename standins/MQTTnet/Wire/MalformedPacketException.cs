using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>Received bytes are not MQTT; the connection is to end with <see cref="ReasonCode"/>.</summary>
internal sealed class MalformedPacketException(MqttDisconnectReasonCode reasonCode, string message) : MqttProtocolViolationException(message)
{
    public MqttDisconnectReasonCode ReasonCode { get; } = reasonCode;

    /// <summary>Whether the packet is a CONNECT whose sender will understand a reason in CONNACK.</summary>
    public bool IsConnectV5 { get; init; }

    public static MalformedPacketException Malformed(string message) => new(MqttDisconnectReasonCode.MalformedPacket, message);

    public static MalformedPacketException Protocol(string message) => new(MqttDisconnectReasonCode.ProtocolError, message);
}

/// <summary>CONNECT asks for a protocol that is not spoken here; it is answered in the oldest form a client may know.</summary>
internal sealed class UnsupportedVersionException(string name, byte level)
    : MqttProtocolViolationException($"CONNECT asks for protocol '{name}' level {level}; 'MQTT' level 4 (3.1.1) and 5 are spoken here.");
