using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>An action that was started before the program or the link went away, and has no end in the journal.</summary>
/// <param name="Marks">What the driver noted since it started, in order; holds are among them.</param>
public sealed record StartedAction(DriverCommand Command, DateTimeOffset StartedAt, ImmutableArray<ActionMark> Marks)
{
    /// <summary>The mark of a hold, so that a program that is started anew meanwhile does not end it.</summary>
    internal const string HoldMark = "hold";

    internal const string AtRest = "at rest", GoesOn = "goes on";

    /// <summary>The host's mark that the device is being made safe.</summary>
    internal const string MadeSafeMark = "made safe";

    /// <summary>
    /// Whether it may have been tried to make the device safe since the action started. What is at rest then may have run before: only a device that counts or remembers can say that nothing had happened.
    /// </summary>
    public bool WasMadeSafe { get; init; }

    /// <summary>Lab time since which the device is to be at rest in a hold that nobody has ended; null where there is none.</summary>
    public DateTimeOffset? HeldSince => Marks.LastOrDefault(mark => mark.Key == HoldMark) is { Value: AtRest } mark ? mark.At : null;

    /// <summary>Lab time of the holds that have ended.</summary>
    public TimeSpan Held
    {
        get
        {
            var (held, since) = (TimeSpan.Zero, (DateTimeOffset?)null);
            foreach (var mark in Marks.Where(mark => mark.Key == HoldMark))
            {
                if (mark.Value == AtRest) since ??= mark.At;
                else if (since is { } begun) (held, since) = (held + (mark.At - begun), null);
            }

            return held;
        }
    }

    internal static bool IsOfMadeSafe(ActionMark mark) => mark.Key == MadeSafeMark;

    /// <summary>The latest mark with this key.</summary>
    public ActionMark? Mark(string key) => Marks.LastOrDefault(mark => mark.Key == key);
}

/// <param name="At">Lab time.</param>
public sealed record ActionMark(string Key, string Value, DateTimeOffset At);
