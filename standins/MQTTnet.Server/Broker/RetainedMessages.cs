namespace MQTTnet.Server;

/// <summary>The last retained message of each topic, until it expires. Not thread-safe: the broker's lock guards it.</summary>
internal sealed class RetainedMessages(TimeProvider clock)
{
    private readonly Dictionary<string, Retained> _messages = new(StringComparer.Ordinal);

    public sealed record Retained(MqttApplicationMessage Message, DateTimeOffset? ExpiresAt);

    /// <summary>Keeps the message, or forgets the topic where the payload is empty.</summary>
    public void Set(MqttApplicationMessage message)
    {
        if (message.Payload.IsEmpty) _messages.Remove(message.Topic);
        else _messages[message.Topic] = new Retained(message, Broker.ExpiryOf(message, clock.GetUtcNow()));
    }

    public void Clear() => _messages.Clear();

    public MqttApplicationMessage? Find(string topic)
    {
        RemoveExpired();
        return _messages.TryGetValue(topic, out var retained) ? retained.Message : null;
    }

    public List<MqttApplicationMessage> All()
    {
        RemoveExpired();
        return [.. _messages.Values.Select(retained => retained.Message)];
    }

    public List<Retained> Matching(string filter)
    {
        RemoveExpired();
        if (!filter.AsSpan().ContainsAny('+', '#')) return _messages.TryGetValue(filter, out var one) ? [one] : [];

        return [.. _messages.Values.Where(retained => MqttTopicFilterComparer.Compare(retained.Message.Topic, filter) == MqttTopicFilterCompareResult.IsMatch)];
    }

    public void RemoveExpired()
    {
        var now = clock.GetUtcNow();
        foreach (var (topic, retained) in _messages)
        {
            if (retained.ExpiresAt <= now) _messages.Remove(topic);
        }
    }
}
