using LabAutomation.Protocol;

namespace LabAutomation.Lab.Commands;

/// <summary>The instruments that a broker knows, by the births that it has stored.</summary>
internal static class KnownInstruments
{
    /// <summary>What the broker has stored comes within this time; where there is nothing, so long is waited.</summary>
    private static readonly TimeSpan StoredWithin = TimeSpan.FromSeconds(3);

    /// <summary>From the first one on.</summary>
    private static readonly TimeSpan RestWithin = TimeSpan.FromSeconds(0.1);

    public static string Unknown(string meant) => $"no instrument '{meant}' is known to this broker";

    public static UsageException Ambiguous(string meant, IEnumerable<string> sites) => new($"'{meant}' can be {string.Join(", ", sites.Select(site => $"{site}/{meant}"))}");

    /// <summary>Null where no instrument of that name has a birth on the broker.</summary>
    /// <exception cref="UsageException">Several have.</exception>
    public static async Task<InstrumentTopics?> FindAsync(ILabBus bus, string meant, CancellationToken cancellation)
    {
        var found = new SortedDictionary<string, InstrumentTopics>(StringComparer.Ordinal);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await bus.SubscribeAsync(Topics.EveryBirth, message =>
        {
            if (message.Payload.IsEmpty || !Topics.TrySplit(message.Topic, out var site, out var instrument, out _)) return;
            if (meant != instrument && meant != $"{site}/{instrument}") return;
            lock (found) found[site] = Topics.Of(site, instrument);
            first.TrySetResult();
        }, cancellation);
        await Task.WhenAny(first.Task, Task.Delay(StoredWithin, TimeProvider.System, cancellation));

        // Another site may have one of the same name, which is sent right after.
        await Task.Delay(RestWithin, TimeProvider.System, cancellation);
        lock (found)
        {
            return found.Count <= 1 ? found.Values.FirstOrDefault() : throw Ambiguous(meant, found.Keys);
        }
    }
}
