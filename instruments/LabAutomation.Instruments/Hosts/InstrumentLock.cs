using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// Who may command the instrument. A lock is a lease of lab time under a token that rises over restarts, so that a caller that was stopped
/// and goes on later is told apart from the one that came after it.
/// </summary>
internal sealed class InstrumentLock(InstrumentJournal journal, TimeProvider clock)
{
    /// <summary>Characters of a holder's name.</summary>
    private const int LongestName = 100;

    private GrantedLock? _last = journal.Lock();

    /// <summary>Null where nobody holds the instrument.</summary>
    public HeldLock? Held => Holds is { } held ? new HeldLock(held.By, held.Until) : null;

    private GrantedLock? Holds => _last is { } last && clock.GetUtcNow() < last.Until ? last : null;

    /// <summary>Why a command with this token is not taken; null where it is.</summary>
    public Refusal? Against(long? token)
    {
        if (Holds is not { } held)
            return token is null ? null : new Refusal(CauseCode.Locked, $"the lock with token {token} has ended; ask for a new one, or command without a token");
        if (token == held.Token) return null;
        return new Refusal(CauseCode.Locked, token is null
            ? $"the instrument is locked by {held.By} until {held.Until:O}"
            : $"token {token} is not that of the lock, which {held.By} holds until {held.Until:O}");
    }

    /// <exception cref="JournalException">The lock could not be made durable and was not given.</exception>
    public ControlReply Lock(LockFrame asked)
    {
        var now = clock.GetUtcNow();
        if (asked.By.Length == 0) return Refused("lock", "a lock names its holder", now);
        if (asked.By.Length > LongestName) return Refused("lock", $"a holder's name has at most {LongestName} characters, not {asked.By.Length}", now);
        if (!(asked.Lease >= LockFrame.ShortestLease && asked.Lease <= LockFrame.LongestLease))
            return Refused("lock", FormattableString.Invariant($"a lease lasts from {LockFrame.ShortestLease} to {LockFrame.LongestLease} s, not {asked.Lease}"), now);
        var held = Holds;
        if (asked.Token is not null && (held is null || asked.Token != held.Token)) return Refused("lock", Against(asked.Token)!.Message, now);
        if (asked.Token is null && held is not null) return Refused("lock", Against(null)!.Message, now);
        return Given("lock", new GrantedLock(held?.Token ?? (_last?.Token ?? 0) + 1, asked.By, now.AddSeconds(asked.Lease)), now);
    }

    /// <exception cref="JournalException">The end of the lock could not be made durable; it holds on.</exception>
    public ControlReply Unlock(LockFrame asked)
    {
        var now = clock.GetUtcNow();
        if (Holds is not { } held) return Refused("unlock", "nobody holds the instrument", now);
        return asked.Token == held.Token ? Given("unlock", held with { Until = now }, now) : Refused("unlock", Against(asked.Token)?.Message ?? "it needs the token of the lock", now);
    }

    private ControlReply Given(string verb, GrantedLock granted, DateTimeOffset now)
    {
        journal.Lock(granted);
        _last = granted;
        return new ControlReply(verb, true, verb == "lock" ? $"{granted.By} holds the instrument" : "nobody holds the instrument", now, granted.Token, granted.Until);
    }

    private static ControlReply Refused(string verb, string why, DateTimeOffset now) => new(verb, false, why, now);
}
