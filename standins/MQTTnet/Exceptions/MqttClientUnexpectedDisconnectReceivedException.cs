#nullable disable
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Exceptions;

/// <summary>The server ended the connection with DISCONNECT while an answer was awaited.</summary>
public sealed class MqttClientUnexpectedDisconnectReceivedException : MqttCommunicationException
{
    internal MqttClientUnexpectedDisconnectReceivedException(DisconnectPacket packet, Exception innerException = null)
        : base($"The server ended the connection: {packet.ReasonCode}{(packet.Properties.ReasonString is { } why ? $" ({why})" : "")}.", innerException)
    {
        ReasonCode = packet.ReasonCode;
        ReasonString = packet.Properties.ReasonString;
        ServerReference = packet.Properties.ServerReference;
        SessionExpiryInterval = packet.Properties.SessionExpiryInterval;
        UserProperties = packet.Properties.UserProperties;
    }

    public MqttDisconnectReasonCode? ReasonCode { get; }

    public string ReasonString { get; }

    public string ServerReference { get; }

    public uint? SessionExpiryInterval { get; }

    public List<MqttUserProperty> UserProperties { get; }
}
