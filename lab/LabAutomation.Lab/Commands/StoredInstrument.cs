using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary>What a broker has stored of one instrument: its birth, liveness, state and properties.</summary>
internal sealed class StoredInstrument
{
    /// <summary>What the broker has stored comes within this time.</summary>
    private static readonly TimeSpan StoredWithin = TimeSpan.FromSeconds(0.5);

    /// <summary>Then nothing more is to come.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(0.2);

    private static readonly TimeSpan TakenAwayWithin = TimeSpan.FromSeconds(2);

    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _stored = new(StringComparer.Ordinal);
    private readonly string _name;
    private long _lastHeard;

    private StoredInstrument(string name) => _name = name;

    private IEnumerable<string> Present
    {
        get
        {
            lock (_stored) return [.. _stored.Where(pair => !pair.Value.IsEmpty).Select(pair => pair.Key)];
        }
    }

    /// <summary>The sites that have such an instrument.</summary>
    public IReadOnlyList<string> Sites => [.. Present.Select(SiteOf).Distinct()];

    /// <summary>Hears what is stored now, and from then on what changes.</summary>
    /// <param name="site">Null for every site.</param>
    /// <exception cref="BusRefusedException">The account may not read it.</exception>
    public static async Task<StoredInstrument> OpenAsync(ILabBus bus, string? site, string name, CancellationToken cancellation)
    {
        var instrument = new StoredInstrument(name);
        foreach (var kind in (string[])["birth", "liveness", "state", "prop/+"])
            await bus.SubscribeAsync($"{Topics.Root}/{site ?? "+"}/{name}/{kind}", instrument.Hear, cancellation);
        await Task.Delay(StoredWithin, TimeProvider.System, cancellation);
        while (TimeProvider.System.GetElapsedTime(Interlocked.Read(ref instrument._lastHeard)) < Quiet) await Task.Delay(Quiet / 4, TimeProvider.System, cancellation);
        return instrument;
    }

    /// <returns>Why nobody can say that it is offline; null where it is, or where nothing says otherwise.</returns>
    public string? WhyNotOffline(string site)
    {
        ReadOnlyMemory<byte> told;
        lock (_stored) told = _stored.GetValueOrDefault(Topics.Of(site, _name).Liveness);
        if (told.IsEmpty) return null;
        try
        {
            return FrameCodec.Decode<Liveness>(told).Online ? "it is online; stop its driver first" : null;
        }
        catch (FrameException error)
        {
            return $"its liveness cannot be read: {error.Message}";
        }
    }

    /// <summary>Takes it away, the liveness last: until then whoever looks finds that it is offline.</summary>
    /// <returns>What was taken away, in words.</returns>
    /// <exception cref="BusRefusedException">The account may not.</exception>
    /// <exception cref="TimeoutException">Something is there still or again.</exception>
    public async Task<string> ForgetAsync(ILabBus bus, string site, CancellationToken cancellation)
    {
        var topics = Present.Where(topic => SiteOf(topic) == site).OrderBy(topic => topic.EndsWith("/liveness", StringComparison.Ordinal)).ToArray();
        foreach (var topic in topics) await bus.PublishAsync(BusMessage.Cleared(topic), cancellation);
        var began = TimeProvider.System.GetTimestamp();
        while (Present.Any(topic => SiteOf(topic) == site))
        {
            if (TimeProvider.System.GetElapsedTime(began) > TakenAwayWithin) throw new TimeoutException($"told again in between: {Words(Present)}");
            await Task.Delay(Quiet / 4, TimeProvider.System, cancellation);
        }

        return Words(topics);
    }

    private static string SiteOf(string topic) => topic.Split('/')[2];

    private static string Words(IEnumerable<string> topics)
    {
        var kinds = topics.Select(topic => topic.Split('/', 5)[4]).ToArray();
        var properties = kinds.Count(kind => kind.StartsWith("prop/", StringComparison.Ordinal));
        return string.Join(", ", kinds.Where(kind => !kind.StartsWith("prop/", StringComparison.Ordinal)).Concat(properties switch { 0 => [], 1 => ["1 property"], _ => [$"{properties} properties"] }));
    }

    private void Hear(BusMessage message)
    {
        lock (_stored) _stored[message.Topic] = message.Payload;
        Interlocked.Exchange(ref _lastHeard, TimeProvider.System.GetTimestamp());
    }
}
