#nullable disable
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace MQTTnet;

/// <summary>Refuses members that the chosen protocol version cannot carry.</summary>
internal static class FeatureSupport
{
    public static void Require(MqttClientOptions options)
    {
        if (options.ProtocolVersion == MqttProtocolVersion.V500) return;

        Refuse(options.UserProperties?.Count > 0, nameof(options.UserProperties));
        Refuse(options.RequestResponseInformation, nameof(options.RequestResponseInformation));
        Refuse(options.ReceiveMaximum > 0, nameof(options.ReceiveMaximum));
        Refuse(options.MaximumPacketSize > 0, nameof(options.MaximumPacketSize));
        Refuse(options.WillContentType?.Length > 0, nameof(options.WillContentType));
        Refuse(options.WillPayloadFormatIndicator != MqttPayloadFormatIndicator.Unspecified, nameof(options.WillPayloadFormatIndicator));
        Refuse(options.WillCorrelationData?.Length > 0, nameof(options.WillCorrelationData));
        Refuse(options.WillResponseTopic?.Length > 0, nameof(options.WillResponseTopic));
        Refuse(options.WillDelayInterval > 0, nameof(options.WillDelayInterval));
        Refuse(options.WillMessageExpiryInterval > 0, nameof(options.WillMessageExpiryInterval));
        Refuse(options.WillUserProperties?.Count > 0, nameof(options.WillUserProperties));
    }

    public static void Require(MqttApplicationMessage message, MqttClientOptions options)
    {
        if (!Applies(options)) return;

        Refuse(message.ContentType?.Length > 0, nameof(message.ContentType));
        Refuse(message.UserProperties?.Count > 0, nameof(message.UserProperties));
        Refuse(message.CorrelationData?.Length > 0, nameof(message.CorrelationData));
        Refuse(message.ResponseTopic?.Length > 0, nameof(message.ResponseTopic));
        Refuse(message.SubscriptionIdentifiers?.Count > 0, nameof(message.SubscriptionIdentifiers));
        Refuse(message.TopicAlias > 0, nameof(message.TopicAlias));
        Refuse(message.PayloadFormatIndicator != MqttPayloadFormatIndicator.Unspecified, nameof(message.PayloadFormatIndicator));
    }

    public static void Require(MqttClientSubscribeOptions subscription, MqttClientOptions options)
    {
        if (!Applies(options)) return;

        Refuse(subscription.UserProperties?.Count > 0, nameof(subscription.UserProperties));
        Refuse(subscription.SubscriptionIdentifier != 0, nameof(subscription.SubscriptionIdentifier));
        foreach (var filter in subscription.TopicFilters)
        {
            Refuse(filter.NoLocal, nameof(filter.NoLocal));
            Refuse(filter.RetainAsPublished, nameof(filter.RetainAsPublished));
            Refuse(filter.RetainHandling != MqttRetainHandling.SendAtSubscribe, nameof(filter.RetainHandling));
        }
    }

    public static void Require(MqttClientUnsubscribeOptions unsubscription, MqttClientOptions options)
    {
        if (Applies(options)) Refuse(unsubscription.UserProperties?.Count > 0, nameof(unsubscription.UserProperties));
    }

    public static void Require(MqttClientDisconnectOptions disconnect, MqttClientOptions options)
    {
        if (!Applies(options)) return;

        Refuse(disconnect.ReasonString?.Length > 0, nameof(disconnect.ReasonString));
        Refuse(disconnect.Reason != MqttClientDisconnectOptionsReason.NormalDisconnection, nameof(disconnect.Reason));
        Refuse(disconnect.SessionExpiryInterval != 0, nameof(disconnect.SessionExpiryInterval));
        Refuse(disconnect.UserProperties?.Count > 0, nameof(disconnect.UserProperties));
    }

    private static bool Applies(MqttClientOptions options) => options.ValidateFeatures && options.ProtocolVersion != MqttProtocolVersion.V500;

    private static void Refuse(bool used, string feature)
    {
        if (used) throw new NotSupportedException($"{feature} needs MQTT 5; the client options say MQTT 3.1.1.");
    }
}
