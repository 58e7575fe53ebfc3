using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>What a client publishes: topic aliases, QoS 2 once only, and the answers.</summary>
internal sealed class InboundMessages(Broker broker, ClientConnection connection)
{
    private readonly Dictionary<ushort, string> _aliases = [];

    public async ValueTask TakeAsync(PublishPacket packet)
    {
        if (packet.Properties.SubscriptionIdentifiers is not null) throw MalformedPacketException.Protocol("PUBLISH has a subscription identifier, which only the server may give.");

        ResolveAlias(packet);
        var session = connection.Session;
        var receipt = packet.Quality == MqttQualityOfServiceLevel.ExactlyOnce ? packet.PacketId : (ushort)0;
        if (receipt != 0 && broker.HasReceipt(session, receipt))
        {
            connection.Promise(new AckPacket(MqttControlPacketType.PubRec, receipt));
            return;
        }

        if (receipt != 0) RequireRoom(session);
        var message = packet.ToMessage();
        message.TopicAlias = 0;
        message.SubscriptionIdentifiers = null;
        var result = await broker.DispatchAsync(session, (session.ClientId, connection.UserName), session.Items, message, receipt, connection.Closing);
        connection.Touch(result.Receivers);
        // MQTT 3.1.1 has no words for a message that was not taken for want of room, and an acknowledgement would be a lie.
        if (result.CloseConnection || (result.ReasonCode == MqttPubAckReasonCode.QuotaExceeded && connection.Version != MqttProtocolVersion.V500))
        {
            connection.Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.UnspecifiedError });
            return;
        }

        if (packet.Quality == MqttQualityOfServiceLevel.AtMostOnce) return;
        if ((int)result.ReasonCode >= 0x80) connection.Answer(Answer(packet, result));
        else connection.Promise(Answer(packet, result));
    }

    public void Release(AckPacket pubRel)
    {
        var known = broker.Release(connection.Session, pubRel.PacketId);
        connection.Promise(new AckPacket(MqttControlPacketType.PubComp, pubRel.PacketId, known ? (byte)0 : AckPacket.NotFound));
    }

    private AckPacket Answer(PublishPacket packet, DispatchResult result)
    {
        var kind = packet.Quality == MqttQualityOfServiceLevel.AtLeastOnce ? MqttControlPacketType.PubAck : MqttControlPacketType.PubRec;
        return new AckPacket(kind, packet.PacketId, (byte)result.ReasonCode)
        {
            Properties = connection.WantsReasons && (result.ReasonString is not null || result.UserProperties is { Count: > 0 })
                ? new PacketProperties { ReasonString = result.ReasonString, UserProperties = result.UserProperties }
                : PacketProperties.None,
        };
    }

    private void RequireRoom(ClientSession session)
    {
        if (connection.Version != MqttProtocolVersion.V500 || broker.CountReceipts(session) < ServerLimits.ReceiveMaximum) return;

        throw new MalformedPacketException(
            MqttDisconnectReasonCode.ReceiveMaximumExceeded, $"More than {ServerLimits.ReceiveMaximum} messages with QoS 2 are not released.");
    }

    private void ResolveAlias(PublishPacket packet)
    {
        if (packet.Properties.TopicAlias is not { } alias) return;
        if (alias > ServerLimits.TopicAliases)
            throw new MalformedPacketException(MqttDisconnectReasonCode.TopicAliasInvalid, $"Topic alias {alias} is larger than the {ServerLimits.TopicAliases} that were offered.");

        if (packet.Topic.Length > 0) _aliases[alias] = packet.Topic;
        else if (_aliases.TryGetValue(alias, out var topic)) packet.Topic = topic;
        else throw MalformedPacketException.Protocol($"Topic alias {alias} stands for no topic yet.");
    }
}
