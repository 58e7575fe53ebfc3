#nullable disable
using MQTTnet.Packets;

namespace MQTTnet;

/// <summary>The server's answer to a published message. QoS 0 has no answer and counts as success.</summary>
public sealed class MqttClientPublishResult(
    ushort? packetIdentifier,
    MqttClientPublishReasonCode reasonCode,
    string reasonString,
    IReadOnlyCollection<MqttUserProperty> userProperties)
{
    public bool IsSuccess => ReasonCode is MqttClientPublishReasonCode.Success or MqttClientPublishReasonCode.NoMatchingSubscribers;

    public ushort? PacketIdentifier { get; } = packetIdentifier;

    public MqttClientPublishReasonCode ReasonCode { get; } = reasonCode;

    public string ReasonString { get; } = reasonString;

    public IReadOnlyCollection<MqttUserProperty> UserProperties { get; } = userProperties;
}
