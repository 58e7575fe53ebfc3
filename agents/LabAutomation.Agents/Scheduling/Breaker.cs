using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Whether an instrument is given anything to do, by how what it did ended. It opens after so many failures in a window; after the cool-down one action is the probe, and its end decides. Pure.
/// </summary>
/// <param name="Failures">Lab times, of those that count still.</param>
/// <param name="Until">Where it is not closed: when the cool-down ends.</param>
/// <param name="Heard">The last action of which it was told: one that several trials share counts once.</param>
internal sealed record Breaker(BreakerLimits Limits, ImmutableArray<DateTimeOffset> Failures, DateTimeOffset? Until = null, ActionId? Heard = null)
{
    public static Breaker Closed(BreakerLimits limits) => new(limits, []);

    public BreakerPhase At(DateTimeOffset now) => Until is not { } until ? BreakerPhase.Closed : now < until ? BreakerPhase.Open : BreakerPhase.HalfOpen;

    /// <summary>With the end of an action.</summary>
    public Breaker With(ActionId action, bool hasFailed, DateTimeOffset at)
    {
        if (action == Heard) return this;
        var heard = this with { Heard = action };
        switch (At(at))
        {
            case BreakerPhase.HalfOpen:
                return hasFailed ? heard with { Until = at + Limits.CoolDown } : Closed(Limits) with { Heard = action };
            case BreakerPhase.Open:
                return heard;       // it had begun before
            default:
                if (!hasFailed) return heard;
                ImmutableArray<DateTimeOffset> failures = [.. Failures.Where(failure => at - failure < Limits.Window), at];
                return failures.Length < Limits.Failures ? heard with { Failures = failures } : heard with { Failures = [], Until = at + Limits.CoolDown };
        }
    }

    /// <summary>Whether the end of an action says that its instrument does not work; null where it says nothing about that, since its arguments or a person may have been the reason.</summary>
    public static bool? IsFailure(ResultFrame result) => result switch
    {
        { Status: ActionStatus.Succeeded } => false,
        { Status: ActionStatus.Failed or ActionStatus.UnknownOutcome, Cause: CauseCode.HardwareFault or CauseCode.LinkLost } => true,
        _ => null,
    };
}

/// <summary>When the breaker of an instrument opens, and for how long.</summary>
/// <param name="Failures">In the window, that open it; 1 or more.</param>
public sealed record BreakerLimits(int Failures, TimeSpan Window, TimeSpan CoolDown);

public enum BreakerPhase
{
    /// <summary>The instrument works, as far as anybody knows.</summary>
    Closed,

    /// <summary>It is given nothing to do.</summary>
    Open,

    /// <summary>One action is tried.</summary>
    HalfOpen,
}
