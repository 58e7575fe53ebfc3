using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Instruments that are given nothing to do for now. The same object for as long as they are the same, so that what follows from it need not be worked out anew.</summary>
internal sealed class OutInstruments
{
    private readonly ImmutableSortedSet<string> _away;
    private readonly ImmutableSortedSet<string> _barred;
    private readonly ImmutableSortedSet<string> _unproven;

    private OutInstruments(ImmutableSortedSet<string> away, ImmutableSortedSet<string> barred, ImmutableSortedSet<string> unproven)
    {
        (_away, _barred, _unproven) = (away, barred, unproven);
        (IsAway, IsBarred, IsAny) = (away.Contains, barred.Contains, name => away.Contains(name) || barred.Contains(name) || unproven.Contains(name));
    }

    public static OutInstruments None { get; } = new([], [], []);

    public bool IsEmpty => _away.Count + _barred.Count + _unproven.Count == 0;

    /// <summary>Whether an instrument could begin nothing now.</summary>
    public Func<string, bool> IsAway { get; }

    /// <summary>Whether an instrument is given nothing to do for a while, because it fails.</summary>
    public Func<string, bool> IsBarred { get; }

    /// <summary>Whether an instrument is one of both, or has not shown yet that it works again.</summary>
    public Func<string, bool> IsAny { get; }

    /// <param name="barred">With the time until when.</param>
    public OutInstruments At(IEnumerable<string> away, IEnumerable<(string Instrument, DateTimeOffset Until)> barred, DateTimeOffset now)
    {
        var (gone, cooling, unproven) = (Names(away), Names(barred.Where(one => one.Until > now).Select(one => one.Instrument)), Names(barred.Where(one => one.Until <= now).Select(one => one.Instrument)));
        return gone.SequenceEqual(_away) && cooling.SequenceEqual(_barred) && unproven.SequenceEqual(_unproven) ? this : new OutInstruments(gone, cooling, unproven);
    }

    private static ImmutableSortedSet<string> Names(IEnumerable<string> some) => some.ToImmutableSortedSet(StringComparer.Ordinal);
}
