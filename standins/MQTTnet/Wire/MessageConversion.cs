using System.Buffers;
using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>Turns messages into PUBLISH and back.</summary>
internal static class MessageConversion
{
    public static MqttApplicationMessage ToMessage(this PublishPacket packet) => new()
    {
        Topic = packet.Topic,
        Payload = new ReadOnlySequence<byte>(packet.Payload),
        QualityOfServiceLevel = packet.Quality,
        Retain = packet.Retain,
        Dup = packet.Duplicate,
        ContentType = packet.Properties.ContentType,
        ResponseTopic = packet.Properties.ResponseTopic,
        CorrelationData = packet.Properties.CorrelationData,
        MessageExpiryInterval = packet.Properties.MessageExpiryInterval ?? 0,
        PayloadFormatIndicator = (MqttPayloadFormatIndicator)(packet.Properties.PayloadFormatIndicator ?? 0),
        SubscriptionIdentifiers = packet.Properties.SubscriptionIdentifiers,
        TopicAlias = packet.Properties.TopicAlias ?? 0,
        UserProperties = packet.Properties.UserProperties,
    };

    public static PublishPacket ToPacket(this MqttApplicationMessage message, ushort packetId) => new()
    {
        Topic = message.Topic ?? "",
        PacketId = packetId,
        Payload = message.Payload.ToMemory(),
        Quality = message.QualityOfServiceLevel,
        Retain = message.Retain,
        Properties = message.ToProperties(message.TopicAlias),
    };

    /// <summary>The headers of a message, without the topic alias and the subscription identifiers, which belong to one connection.</summary>
    public static PacketProperties ToProperties(this MqttApplicationMessage message, ushort topicAlias = 0)
    {
        if (message is
            {
                ContentType: null, ResponseTopic: null, CorrelationData: null, MessageExpiryInterval: 0, UserProperties: null or { Count: 0 },
                PayloadFormatIndicator: MqttPayloadFormatIndicator.Unspecified,
            } && topicAlias == 0)
        {
            return PacketProperties.None;
        }

        return new PacketProperties
        {
            ContentType = message.ContentType,
            ResponseTopic = message.ResponseTopic,
            CorrelationData = message.CorrelationData,
            MessageExpiryInterval = message.MessageExpiryInterval == 0 ? null : message.MessageExpiryInterval,
            PayloadFormatIndicator = message.PayloadFormatIndicator == MqttPayloadFormatIndicator.Unspecified ? null : (byte)message.PayloadFormatIndicator,
            TopicAlias = topicAlias == 0 ? null : topicAlias,
            UserProperties = message.UserProperties is { Count: > 0 } some ? some : null,
        };
    }

    public static ReadOnlyMemory<byte> ToMemory(this ReadOnlySequence<byte> payload) => payload.IsSingleSegment ? payload.First : payload.ToArray();
}
