using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

/// <summary>The payload of a command. The action id, the response topic and the expiry travel in the headers, see <see cref="CommandMessage"/>.</summary>
/// <param name="Deadline">Lab time after which the action must not start.</param>
public sealed record CommandFrame(ImmutableSortedDictionary<string, Quantity> Arguments, DateTimeOffset Deadline);

/// <summary>The answer to a command on its response topic: accepted, or refused with a cause. Replayed unchanged when the command is repeated.</summary>
/// <param name="Status"><see cref="ActionStatus.Accepted"/> and what follows it, or <see cref="ActionStatus.Failed"/> or <see cref="ActionStatus.Expired"/> for a refusal.</param>
public sealed record ReplyFrame(ActionId Action, ActionStatus Status, CauseCode Cause, string Message, DateTimeOffset At);

/// <param name="Progress">0 to 1, never falling.</param>
/// <param name="Eta">Seconds until the expected end, where the driver knows.</param>
public sealed record StatusFrame(ActionId Action, ActionStatus Status, double Progress, double? Eta, string Step, DateTimeOffset At);

/// <summary>How an action ended. Retained until the caller acknowledges it on <see cref="InstrumentTopics.Acknowledge"/>.</summary>
/// <param name="Recoverable">Whether the unit can go on without a person.</param>
public sealed record ResultFrame(
    ActionId Action,
    ActionStatus Status,
    CauseCode Cause,
    string Message,
    bool Recoverable,
    ImmutableSortedDictionary<string, Quantity> Outputs,
    ImmutableArray<DataReference> Data,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    long Epoch);

/// <summary>Bulk data lies on its own topic as binary: see <see cref="Series"/> and <see cref="Protocol.Media"/>.</summary>
/// <param name="Columns">None where it is no series.</param>
/// <param name="Rows">0 where it is no series.</param>
/// <param name="Sha256">Lower-case hexadecimal, over the payload.</param>
/// <param name="Media">The content type of a media payload; null, and absent on the wire, for a series.</param>
public sealed record DataReference(
    string Name,
    string Topic,
    ImmutableArray<ColumnDescription> Columns,
    int Rows,
    string Sha256,
    int Bytes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Media = null);

public sealed record ColumnDescription(string Name, Unit Unit);
