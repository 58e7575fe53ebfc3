#nullable disable
using MQTTnet.Exceptions;

namespace MQTTnet.Protocol;

/// <summary>Refuses topics and filters that MQTT 5, 4.7 does not allow, before they are sent.</summary>
public static class MqttTopicValidator
{
    public static void ThrowIfInvalid(MqttApplicationMessage applicationMessage)
    {
        ArgumentNullException.ThrowIfNull(applicationMessage);
        if (applicationMessage.TopicAlias == 0) ThrowIfInvalid(applicationMessage.Topic);
    }

    public static void ThrowIfInvalid(string topic)
    {
        if (string.IsNullOrEmpty(topic)) throw new MqttProtocolViolationException("A topic must have at least one character.");

        var wildcard = topic.AsSpan().IndexOfAny('+', '#');
        if (wildcard >= 0) throw new MqttProtocolViolationException($"Topic '{topic}' contains '{topic[wildcard]}', which only filters may contain.");
    }

    public static void ThrowIfInvalidSubscribe(string topic)
    {
        if (string.IsNullOrEmpty(topic)) throw new MqttProtocolViolationException("A topic filter must have at least one character.");

        var hash = topic.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0 && hash != topic.Length - 1)
            throw new MqttProtocolViolationException($"Topic filter '{topic}' contains '#' before its end; '#' can only be the last character.");
    }
}
