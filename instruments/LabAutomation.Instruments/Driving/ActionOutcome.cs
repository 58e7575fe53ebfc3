using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>How an action ended, as the driver tells it.</summary>
/// <param name="Recoverable">Whether the unit can go on without a person; if not, it goes to Aborted.</param>
public sealed record ActionOutcome(ActionStatus Status, CauseCode Cause, string Message, bool Recoverable = true)
{
    public ImmutableSortedDictionary<string, Quantity> Outputs { get; init; } = ImmutableSortedDictionary<string, Quantity>.Empty;

    public ImmutableSortedDictionary<string, BulkData> Data { get; init; } = ImmutableSortedDictionary<string, BulkData>.Empty;

    public static ActionOutcome Succeeded(string message = "done") => new(ActionStatus.Succeeded, CauseCode.Success, message);

    public static ActionOutcome Cancelled(string message) => new(ActionStatus.Cancelled, CauseCode.Success, message);

    /// <summary>
    /// What the device did was ended by making it safe, as <see cref="StartedAction.WasMadeSafe"/> tells: nothing is wrong with it, and once a person has cleared the unit that can go on.
    /// </summary>
    /// <param name="howFar">Such as <c>after 1.4 of 2 mL</c>.</param>
    public static ActionOutcome MadeSafe(string howFar) => new(ActionStatus.Cancelled, CauseCode.EmergencyStop, $"ended as the device was made safe, {howFar}");

    public static ActionOutcome Failed(CauseCode cause, string message, bool recoverable) => new(ActionStatus.Failed, cause, message, recoverable);

    public ActionOutcome With(string output, Quantity value) => this with { Outputs = Outputs.SetItem(output, value) };

    public ActionOutcome With(string output, BulkData data) => this with { Data = Data.SetItem(output, data) };
}
