using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>How far an action has come, as the journal knows it.</summary>
internal enum JournalPhase
{
    /// <summary>Answered with a refusal; it will never run.</summary>
    Refused,
    Accepted,
    Started,
    Ended,
    Acknowledged,
}

/// <summary>One action of one instrument.</summary>
/// <param name="Hash">See <see cref="PayloadHash"/>.</param>
/// <param name="StartedAt">Of the latest start; an action starts again where the device said that nothing had happened.</param>
/// <param name="Marks">Since that start.</param>
/// <param name="LockToken">That it came with; null where it came without one.</param>
/// <param name="Progress">0 to 1, what was reached at the end.</param>
internal sealed record JournalEntry(
    ActionId Action,
    string Instrument,
    string Command,
    string Hash,
    CommandFrame Frame,
    ReplyFrame Reply,
    JournalPhase Phase,
    DateTimeOffset? StartedAt,
    ImmutableArray<ActionMark> Marks,
    ResultFrame? Result,
    double Progress,
    long? LockToken);
