using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>What a client publishes: topic aliases, QoS 2 once only, and the answers.</summary>
internal sealed class InboundMessages(Broker broker, ClientConnection connection)
{
    public const ushort LargestAlias = 256;

    private readonly Dictionary<ushort, string> _aliases = [];

    public async Task TakeAsync(PublishPacket packet)
    {
        if (packet.Properties.SubscriptionIdentifiers is not null) throw MalformedPacketException.Protocol("PUBLISH has a subscription identifier, which only the server may give.");

        ResolveAlias(packet);
        if (packet.Quality == MqttQualityOfServiceLevel.ExactlyOnce && !Remember(packet.PacketId))
        {
            connection.Channel.Send(new AckPacket(MqttControlPacketType.PubRec, packet.PacketId));
            return;
        }

        var message = packet.ToMessage();
        message.TopicAlias = 0;
        message.SubscriptionIdentifiers = null;
        var session = connection.Session;
        var result = await broker.DispatchAsync(session.ClientId, connection.UserName, session.Items, message, connection.Closing);
        if (packet.Quality == MqttQualityOfServiceLevel.ExactlyOnce && (int)result.ReasonCode >= 0x80) Forget(packet.PacketId);
        if (result.CloseConnection)
        {
            connection.Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.UnspecifiedError });
            return;
        }

        if (packet.Quality != MqttQualityOfServiceLevel.AtMostOnce) connection.Channel.Send(Answer(packet, result));
    }

    public void Release(AckPacket pubRel)
    {
        var known = Forget(pubRel.PacketId);
        connection.Channel.Send(new AckPacket(MqttControlPacketType.PubComp, pubRel.PacketId, known ? (byte)0 : AckPacket.NotFound));
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

    private bool Remember(ushort packetId)
    {
        lock (connection.Session.Received) return connection.Session.Received.Add(packetId);
    }

    private bool Forget(ushort packetId)
    {
        lock (connection.Session.Received) return connection.Session.Received.Remove(packetId);
    }

    private void ResolveAlias(PublishPacket packet)
    {
        if (packet.Properties.TopicAlias is not { } alias) return;
        if (alias > LargestAlias)
            throw new MalformedPacketException(MqttDisconnectReasonCode.TopicAliasInvalid, $"Topic alias {alias} is larger than the {LargestAlias} that were offered.");

        if (packet.Topic.Length > 0) _aliases[alias] = packet.Topic;
        else if (_aliases.TryGetValue(alias, out var topic)) packet.Topic = topic;
        else throw MalformedPacketException.Protocol($"Topic alias {alias} stands for no topic yet.");
    }
}
