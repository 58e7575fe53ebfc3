namespace MQTTnet.Server;

/// <summary>The last retained message of each topic, until it expires. Not thread-safe: the broker's lock guards it.</summary>
internal sealed class RetainedMessages(TimeProvider clock)
{
    private readonly Dictionary<string, Retained> _messages = new(StringComparer.Ordinal);

    public sealed record Retained(MqttApplicationMessage Message, DateTimeOffset? ExpiresAt);

    public IEnumerable<Retained> Everything => _messages.Values;

    /// <summary>Whether a message of this topic can be kept without more topics than the server has room for.</summary>
    public bool HasRoomFor(string topic) => _messages.Count < ServerLimits.RetainedTopics || _messages.ContainsKey(topic);

    /// <summary>Keeps the message, or forgets the topic where the payload is empty.</summary>
    public void Set(MqttApplicationMessage message) => Set(message, Broker.ExpiryOf(message, clock.GetUtcNow()));

    public void Set(MqttApplicationMessage message, DateTimeOffset? expiresAt)
    {
        if (message.Payload.IsEmpty) _messages.Remove(message.Topic);
        else _messages[message.Topic] = new Retained(message, expiresAt);
    }

    public void Clear() => _messages.Clear();

    public MqttApplicationMessage? Find(string topic) => Matching(topic) is [var retained] ? retained.Message : null;

    public List<MqttApplicationMessage> All()
    {
        RemoveExpired();
        return [.. _messages.Values.Select(retained => retained.Message)];
    }

    public List<Retained> Matching(string filter)
    {
        var now = clock.GetUtcNow();
        if (!filter.AsSpan().ContainsAny('+', '#')) return _messages.TryGetValue(filter, out var one) && !(one.ExpiresAt <= now) ? [one] : [];

        return [.. _messages.Values.Where(retained =>
            !(retained.ExpiresAt <= now) && MqttTopicFilterComparer.Compare(retained.Message.Topic, filter) == MqttTopicFilterCompareResult.IsMatch)];
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
