#nullable disable
using MQTTnet.Packets;

namespace MQTTnet;

/// <summary>The server's answer to UNSUBSCRIBE, one item for each filter.</summary>
public sealed class MqttClientUnsubscribeResult(
    ushort packetIdentifier,
    IReadOnlyCollection<MqttClientUnsubscribeResultItem> items,
    string reasonString,
    IReadOnlyCollection<MqttUserProperty> userProperties)
{
    public IReadOnlyCollection<MqttClientUnsubscribeResultItem> Items { get; } = items ?? throw new ArgumentNullException(nameof(items));

    public ushort PacketIdentifier { get; } = packetIdentifier;

    public string ReasonString { get; } = reasonString;

    public IReadOnlyCollection<MqttUserProperty> UserProperties { get; set; } = userProperties;
}

/// <summary>The answer to one filter.</summary>
public sealed class MqttClientUnsubscribeResultItem(string topicFilter, MqttClientUnsubscribeResultCode resultCode)
{
    public MqttClientUnsubscribeResultCode ResultCode { get; } = resultCode;

    public string TopicFilter { get; } = topicFilter ?? throw new ArgumentNullException(nameof(topicFilter));
}
