using MQTTnet.Exceptions;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>
/// Sends answers to clients that accept small packets only: a reason string and user properties that do not fit are left out, as the
/// standard demands of CONNACK, PUBACK, PUBREC, SUBACK, UNSUBACK and DISCONNECT alike (MQTT 5, 3.2.2.3.9 and its siblings).
/// </summary>
internal static class Explanations
{
    /// <returns>Whether the answer fits at all.</returns>
    /// <exception cref="MqttCommunicationException">The stream has failed before.</exception>
    public static bool TrySend(this PacketChannel channel, Packet answer)
    {
        if (!channel.TryCollect(answer)) return false;

        channel.Flush();
        return true;
    }

    /// <summary>As <see cref="TrySend"/>, but leaves the answer to the next flush.</summary>
    public static bool TryCollect(this PacketChannel channel, Packet answer) =>
        IsCollected(channel, answer) || (Without(answer) is { } bare && IsCollected(channel, bare));

    private static bool IsCollected(PacketChannel channel, Packet answer)
    {
        try
        {
            channel.Collect(answer);
            return true;
        }
        catch (MqttProtocolViolationException)
        {
            return false;
        }
    }

    private static Packet? Without(Packet answer) => answer switch
    {
        AckPacket ack => new AckPacket(ack.Kind, ack.PacketId, ack.ReasonCode),
        FilterAckPacket ack => new FilterAckPacket(ack.Kind, ack.PacketId) { ReasonCodes = ack.ReasonCodes },
        DisconnectPacket disconnect => new DisconnectPacket { ReasonCode = disconnect.ReasonCode },
        ConnAckPacket connAck => new ConnAckPacket
        {
            SessionPresent = connAck.SessionPresent,
            ReasonCode = connAck.ReasonCode,
            Properties = connAck.Properties with { ReasonString = null, UserProperties = null },
        },
        _ => null,
    };
}
