#nullable disable
using MQTTnet.Protocol;

namespace MQTTnet.Packets;

/// <summary>A topic filter and how its messages are to be delivered.</summary>
public sealed class MqttTopicFilter
{
    public bool NoLocal { get; set; }

    public MqttQualityOfServiceLevel QualityOfServiceLevel { get; set; }

    public bool RetainAsPublished { get; set; }

    public MqttRetainHandling RetainHandling { get; set; } = MqttRetainHandling.SendAtSubscribe;

    public string Topic { get; set; }

    public override string ToString() =>
        $"TopicFilter: [Topic={Topic}] [QualityOfServiceLevel={QualityOfServiceLevel}] [NoLocal={NoLocal}] " +
        $"[RetainAsPublished={RetainAsPublished}] [RetainHandling={RetainHandling}]";
}
