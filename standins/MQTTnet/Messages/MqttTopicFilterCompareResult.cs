namespace MQTTnet;

/// <summary>What comparing a topic with a filter found.</summary>
public enum MqttTopicFilterCompareResult
{
    NoMatch,
    IsMatch,
    FilterInvalid,
    TopicInvalid,
}
