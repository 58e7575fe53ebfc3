#nullable disable
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>Turns requests into packets and the server's packets into results.</summary>
internal static class Answers
{
    public static readonly MqttClientPublishResult Unacknowledged = new(null, MqttClientPublishReasonCode.Success, null, []);

    public static DisconnectPacket Farewell(MqttClientDisconnectOptions options) => new()
    {
        ReasonCode = (MqttDisconnectReasonCode)options.Reason,
        Properties = options.ReasonString is null && options.SessionExpiryInterval == 0 && options.UserProperties is null
            ? PacketProperties.None
            : new PacketProperties
            {
                ReasonString = options.ReasonString,
                SessionExpiryInterval = options.SessionExpiryInterval == 0 ? null : options.SessionExpiryInterval,
                UserProperties = options.UserProperties,
            },
    };

    public static MqttClientPublishResult Of(AckPacket answer)
    {
        var code = answer is { Kind: MqttControlPacketType.PubComp, ReasonCode: AckPacket.NotFound }
            ? MqttClientPublishReasonCode.UnspecifiedError
            : (MqttClientPublishReasonCode)answer.ReasonCode;
        return new MqttClientPublishResult(answer.PacketId, code, answer.Properties.ReasonString, answer.Properties.UserProperties ?? []);
    }

    public static SubscribePacket Request(ushort packetId, MqttClientSubscribeOptions options) => new()
    {
        PacketId = packetId,
        Filters = options.TopicFilters,
        Properties = options.SubscriptionIdentifier == 0 && options.UserProperties is null
            ? PacketProperties.None
            : new PacketProperties
            {
                SubscriptionIdentifiers = options.SubscriptionIdentifier == 0 ? null : [options.SubscriptionIdentifier],
                UserProperties = options.UserProperties,
            },
    };

    public static UnsubscribePacket Request(ushort packetId, MqttClientUnsubscribeOptions options) => new()
    {
        PacketId = packetId,
        Filters = options.TopicFilters,
        Properties = options.UserProperties is null ? PacketProperties.None : new PacketProperties { UserProperties = options.UserProperties },
    };

    public static MqttClientSubscribeResult Of(MqttClientSubscribeOptions options, FilterAckPacket answer)
    {
        if (answer.ReasonCodes.Length != options.TopicFilters.Count)
            throw new MqttProtocolViolationException($"SUBACK has {answer.ReasonCodes.Length} codes for {options.TopicFilters.Count} filters.");

        var items = options.TopicFilters.Select((filter, i) => new MqttClientSubscribeResultItem(filter, (MqttClientSubscribeResultCode)answer.ReasonCodes[i]));
        return new MqttClientSubscribeResult(answer.PacketId, [.. items], answer.Properties.ReasonString, answer.Properties.UserProperties ?? []);
    }

    public static MqttClientUnsubscribeResult Of(MqttClientUnsubscribeOptions options, FilterAckPacket answer)
    {
        // UNSUBACK of MQTT 3.1.1 has no codes: it says that all filters are gone.
        var hasCodes = answer.ReasonCodes.Length == options.TopicFilters.Count;
        var items = options.TopicFilters.Select((filter, i) => new MqttClientUnsubscribeResultItem(
            filter, hasCodes ? (MqttClientUnsubscribeResultCode)answer.ReasonCodes[i] : MqttClientUnsubscribeResultCode.Success));
        return new MqttClientUnsubscribeResult(answer.PacketId, [.. items], answer.Properties.ReasonString, answer.Properties.UserProperties ?? []);
    }
}
