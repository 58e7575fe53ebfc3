#nullable disable
using MQTTnet.Packets;

namespace MQTTnet;

/// <summary>The server's answer to SUBSCRIBE, one item for each filter. A refusal is an item with its code, not an exception.</summary>
public sealed class MqttClientSubscribeResult(
    ushort packetIdentifier,
    IReadOnlyCollection<MqttClientSubscribeResultItem> items,
    string reasonString,
    IReadOnlyCollection<MqttUserProperty> userProperties)
{
    public IReadOnlyCollection<MqttClientSubscribeResultItem> Items { get; } = items ?? throw new ArgumentNullException(nameof(items));

    public ushort PacketIdentifier { get; } = packetIdentifier;

    public string ReasonString { get; } = reasonString;

    public IReadOnlyCollection<MqttUserProperty> UserProperties { get; } = userProperties;
}

/// <summary>The answer to one filter.</summary>
public sealed class MqttClientSubscribeResultItem(MqttTopicFilter topicFilter, MqttClientSubscribeResultCode resultCode)
{
    public MqttClientSubscribeResultCode ResultCode { get; } = resultCode;

    public MqttTopicFilter TopicFilter { get; } = topicFilter ?? throw new ArgumentNullException(nameof(topicFilter));
}
