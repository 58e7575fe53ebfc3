using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

/// <summary>The payload of <c>ctl/cancel</c>, <c>hold</c>, <c>unhold</c>, <c>abort</c> and <c>clear</c>: who asks, why, and the action it is about where there is one.</summary>
public sealed record ControlFrame(ActionId? Action, string By, string Reason, DateTimeOffset At)
{
    /// <summary>Who asks where nobody does but the programs that run campaigns. They clear no emergency stop, and take no trip back.</summary>
    public const string Agents = "agents";

    /// <summary>Whether a name may be a person's: it is there, and is not that of the agents, however it is written.</summary>
    public static bool IsPerson(string by) => by.Trim() is { Length: > 0 } name && !name.Equals(Agents, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The payload of <c>ctl/lock</c> and <c>ctl/unlock</c>.</summary>
/// <param name="By">Who holds the lock, or wants to.</param>
/// <param name="Lease">Seconds of lab time after which the lock ends by itself, <see cref="ShortestLease"/> to <see cref="LongestLease"/>; of no meaning to <c>unlock</c>.</param>
/// <param name="Token">The one that was given, to renew or to unlock; null asks for a new lock.</param>
public sealed record LockFrame(string By, string Reason, double Lease, long? Token, DateTimeOffset At)
{
    public const double ShortestLease = 1, LongestLease = 86_400;
}

/// <summary>The payload of <c>ctl/reconcile</c>: what a person found out about an action whose outcome nobody knew.</summary>
public sealed record ReconcileFrame(ActionId Action, Finding Finding, string By, string Reason, DateTimeOffset At);

/// <summary>What became of an action, as a person saw it.</summary>
public enum Finding
{
    Happened,
    DidNotHappen,

    /// <summary>Nobody can tell any more. The outcome stays unknown, and the unit may go on.</summary>
    Unknowable,
}

/// <summary>The answer to a control that carries a response topic.</summary>
/// <param name="Done">False where <paramref name="Message"/> says why not.</param>
/// <param name="Message"><see cref="Plain"/> where it was done and there is no more to say.</param>
/// <param name="Token">Of the lock that was given; greater than every earlier one of the instrument.</param>
/// <param name="Until">Lab time at which the lock ends unless it is renewed.</param>
public sealed record ControlReply(
    string Verb,
    bool Done,
    string Message,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Token = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Until = null)
{
    public const string Plain = "done";
}

/// <summary>Who holds an instrument, for everybody to see.</summary>
public sealed record HeldLock(string By, DateTimeOffset Until);
