using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>
/// What was heard of the instruments, and which rule does not hold. Times are the interlock's own monotonic clock; nothing here waits. It keeps what a rule names and nothing
/// else, however much is said on the bus.
/// </summary>
internal sealed class Watch(InterlockConfiguration configuration, TimeProvider clock)
{
    /// <summary>Between two questions to a driver that has not answered.</summary>
    private static readonly TimeSpan AsksEvery = TimeSpan.FromSeconds(3);

    private readonly Dictionary<string, Presence> _alive = configuration.Alive.Distinct().ToDictionary(name => name, name => new Presence(name, configuration.Site));
    private readonly HashSet<(string Instrument, string Property)> _limited = [.. configuration.Rules.Select(rule => (rule.Instrument, rule.Property))];
    private readonly Dictionary<(string Instrument, string Property), (PropertyFrame Frame, long At)> _values = [];
    private readonly Dictionary<(string Instrument, string Property), string> _unreadable = [];
    private long _since = clock.GetTimestamp();
    private long _asked = clock.GetTimestamp();
    private int _round;

    private bool InGrace => clock.GetElapsedTime(_since).TotalSeconds < configuration.Grace;

    /// <summary>The start, a new connection or a reset: what was known may have changed, and gets time to be told.</summary>
    /// <returns>What the drivers that must be alive are to be asked.</returns>
    public IReadOnlyList<BusMessage> Begin()
    {
        _since = _asked = clock.GetTimestamp();
        var now = clock.GetUtcNow();
        var words = FormattableString.Invariant($"the interlock asks at {now:O}, for time {++_round}");
        return [.. _alive.Values.Select(presence => presence.Ask(words, now))];
    }

    /// <returns>Within the grace, what the drivers that have not answered are to be asked again; nothing where they were asked a moment ago.</returns>
    public IReadOnlyList<BusMessage> AskAgain()
    {
        if (!InGrace || clock.GetElapsedTime(_asked) < AsksEvery) return [];
        _asked = clock.GetTimestamp();
        return [.. _alive.Values.Select(presence => presence.AskAgain()).OfType<BusMessage>()];
    }

    /// <summary>Whether a rule names what is told there. May be called on any thread.</summary>
    public bool Concerns(string topic) =>
        Topics.TrySplit(topic, out var site, out var instrument, out var rest) && site == configuration.Site
        && (rest is "birth" or "liveness" or "event" ? _alive.ContainsKey(instrument) : PropertyOf(rest) is { } property && _limited.Contains((instrument, property)));

    /// <param name="message">On a topic that concerns the rules.</param>
    /// <param name="at">A timestamp of the clock, of the message's arrival.</param>
    public void Hear(BusMessage message, long at)
    {
        if (!Concerns(message.Topic) || !Topics.TrySplit(message.Topic, out _, out var instrument, out var rest)) return;
        switch (rest)
        {
            case "birth" when TryRead<Birth>(message, out var birth, out _): _alive[instrument].HearBirth(birth); break;
            case "birth": break;
            case "event" when TryRead<EventFrame>(message, out var told, out _) && told is not null: _alive[instrument].HearEvent(told); break;
            case "event": break;
            case "liveness": _alive[instrument].HearLiveness(TryRead<Liveness>(message, out var liveness, out _) ? liveness : null); break;
            default: HearProperty((instrument, PropertyOf(rest)!), message, at); break;
        }
    }

    /// <returns>The first rule that does not hold, in words; null where all hold.</returns>
    public string? Broken()
    {
        foreach (var presence in _alive.Values)
        {
            if (presence.Broken(configuration.Grace, InGrace) is { } why) return why;
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

    private void HearProperty((string Instrument, string Property) key, BusMessage message, long at)
    {
        if (!TryRead<PropertyFrame>(message, out var frame, out var error))
        {
            _unreadable[key] = ForeignText.Cut(error);
            return;
        }

        if (frame is null) return;
        _unreadable.Remove(key);
        if (frame.Quality == Quality.Stale) return;

        // What is told again, by a broker after a new connection or by a driver that was asked whether it is there, was measured when it was measured.
        var isKnown = _values.TryGetValue(key, out var known) && known.Frame.At == frame.At;
        _values[key] = (frame, isKnown ? known.At : at);
    }

    private static string? PropertyOf(string rest) => rest.StartsWith("prop/", StringComparison.Ordinal) ? rest["prop/".Length..] : null;

    /// <param name="frame">Null where the topic was emptied.</param>
    private static bool TryRead<T>(BusMessage message, out T? frame, out string error)
        where T : class
    {
        (frame, error) = (null, "");
        try
        {
            if (!message.Payload.IsEmpty) frame = FrameCodec.Decode<T>(message.Payload);
            return true;
        }
        catch (FrameException unreadable)
        {
            error = unreadable.Message;
            return false;
        }
    }
}
