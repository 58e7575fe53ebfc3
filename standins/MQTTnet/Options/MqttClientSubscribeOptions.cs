#nullable disable
using MQTTnet.Packets;

namespace MQTTnet;

/// <summary>The filters of one SUBSCRIBE.</summary>
public sealed class MqttClientSubscribeOptions
{
    /// <summary>A number that comes back with each message of these filters; 0 means none.</summary>
    public uint SubscriptionIdentifier { get; set; }

    public List<MqttTopicFilter> TopicFilters { get; set; } = [];

    public List<MqttUserProperty> UserProperties { get; set; }
}

/// <summary>The filters of one UNSUBSCRIBE.</summary>
public sealed class MqttClientUnsubscribeOptions
{
    public List<string> TopicFilters { get; set; } = [];

    public List<MqttUserProperty> UserProperties { get; set; }
}
