using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>What was heard of the instruments, and which rule does not hold. Times are the interlock's own monotonic clock; nothing here waits.</summary>
internal sealed class Watch(InterlockConfiguration configuration, TimeProvider clock)
{
    private readonly Dictionary<string, long> _born = [];
    private readonly Dictionary<string, bool> _online = [];
    private readonly Dictionary<(string Instrument, string Property), (PropertyFrame Frame, long At)> _values = [];
    private readonly Dictionary<(string Instrument, string Property), string> _unreadable = [];
    private long _since = clock.GetTimestamp();

    private bool InGrace => clock.GetElapsedTime(_since).TotalSeconds < configuration.Grace;

    /// <summary>The broker is there again: what was known may have changed, and gets time to be told.</summary>
    public void Begin() => _since = clock.GetTimestamp();

    /// <param name="at">A timestamp of the clock, of the message's arrival.</param>
    public void Hear(BusMessage message, long at)
    {
        if (!Topics.TrySplit(message.Topic, out var site, out var instrument, out var rest) || site != configuration.Site) return;
        try
        {
            if (rest == "birth") _born[instrument] = message.Payload.IsEmpty ? 0 : FrameCodec.Decode<Birth>(message.Payload).Epoch;
            else if (rest == "liveness") HearLiveness(instrument, message);
            else if (rest.StartsWith("prop/", StringComparison.Ordinal)) HearProperty(instrument, rest["prop/".Length..], message, at);
        }
        catch (FrameException error)
        {
            if (rest == "liveness") _online[instrument] = false;
            if (rest.StartsWith("prop/", StringComparison.Ordinal)) _unreadable[(instrument, rest["prop/".Length..])] = error.Message;
        }
    }

    /// <returns>The first rule that does not hold, in words; null where all hold.</returns>
    public string? Broken()
    {
        foreach (var instrument in configuration.Alive)
        {
            if (_online.GetValueOrDefault(instrument)) continue;
            if (_online.ContainsKey(instrument)) return $"{instrument} must be alive, and is offline";
            if (!InGrace) return FormattableString.Invariant($"{instrument} must be alive, and did not appear within {configuration.Grace:0.###} s");
        }

        foreach (var limit in configuration.Rules)
        {
            if (Broken(limit) is { } why) return why;
        }

        return null;
    }

    private string? Broken(PropertyLimit limit)
    {
        var key = (limit.Instrument, limit.Property);
        if (_unreadable.TryGetValue(key, out var error)) return $"'{limit.Text}' cannot be judged: {error}";
        if (!_values.TryGetValue(key, out var heard))
            return InGrace ? null : FormattableString.Invariant($"'{limit.Text}' cannot be judged: {limit.Property} was not heard within {configuration.Grace:0.###} s");
        if (limit.Broken(heard.Frame) is { } why) return why;
        var silent = clock.GetElapsedTime(heard.At).TotalSeconds;
        return silent > configuration.Staleness && !InGrace
            ? FormattableString.Invariant($"'{limit.Text}' cannot be judged: {limit.Property} was not heard for {silent:0} s, and {configuration.Staleness:0.###} are allowed")
            : null;
    }

    private void HearLiveness(string instrument, BusMessage message)
    {
        if (message.Payload.IsEmpty)
        {
            _online[instrument] = false;
            return;
        }

        // A death that is older than the present birth says nothing about it.
        var liveness = FrameCodec.Decode<Liveness>(message.Payload);
        if (liveness.Online || liveness.Epoch >= _born.GetValueOrDefault(instrument)) _online[instrument] = liveness.Online;
    }

    private void HearProperty(string instrument, string property, BusMessage message, long at)
    {
        if (message.Payload.IsEmpty) return;
        var (key, frame) = ((instrument, property), FrameCodec.Decode<PropertyFrame>(message.Payload));
        _unreadable.Remove(key);

        // What a broker tells again after a new connection, and what the host itself calls old, makes nothing newer.
        var isNews = frame.Quality != Quality.Stale && !(_values.TryGetValue(key, out var known) && known.Frame.Seq == frame.Seq && known.Frame.At == frame.At);
        if (isNews) _values[key] = (frame, at);
    }
}
