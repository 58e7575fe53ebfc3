namespace MQTTnet.Server;

/// <summary>The last retained message of each topic, until it expires. Not thread-safe: the broker's lock guards it.</summary>
internal sealed class RetainedMessages(TimeProvider clock)
{
    private readonly Dictionary<string, Retained> _messages = new(StringComparer.Ordinal);
    private long _bytes;

    public sealed record Retained(MqttApplicationMessage Message, DateTimeOffset? ExpiresAt)
    {
        public long Size { get; } = MessageSize.Of(Message);
    }

    public IEnumerable<Retained> Everything => _messages.Values;

    /// <summary>Whether the message can be kept in the place of the topic's last one without more topics or bytes than the server has room for.</summary>
    public bool HasRoomFor(MqttApplicationMessage message)
    {
        var last = _messages.GetValueOrDefault(message.Topic);
        if (last is null && _messages.Count >= ServerLimits.RetainedTopics) return false;

        return _bytes - (last?.Size ?? 0) + MessageSize.Of(message) <= ServerLimits.RetainedBytes;
    }

    /// <summary>Keeps the message, or forgets the topic where the payload is empty.</summary>
    public void Set(MqttApplicationMessage message) => Set(message, Broker.ExpiryOf(message, clock.GetUtcNow()));

    public void Set(MqttApplicationMessage message, DateTimeOffset? expiresAt)
    {
        Remove(message.Topic);
        if (message.Payload.IsEmpty) return;

        var retained = new Retained(message, expiresAt);
        _messages.Add(message.Topic, retained);
        _bytes += retained.Size;
    }

    public void Clear()
    {
        _messages.Clear();
        _bytes = 0;
    }

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
            if (retained.ExpiresAt <= now) Remove(topic);
        }
    }

    private void Remove(string topic)
    {
        if (_messages.Remove(topic, out var last)) _bytes -= last.Size;
    }
}
