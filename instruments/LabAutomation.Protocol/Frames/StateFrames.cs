using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

/// <summary>Retained; also the last will, with <paramref name="Online"/> false. A death older than the current birth is ignored.</summary>
public sealed record Liveness(bool Online, long Epoch);

/// <summary>Retained. <paramref name="Seq"/> counts from 1 in each epoch, without gaps.</summary>
/// <param name="Lock">Null, and absent on the wire, where nobody holds the instrument.</param>
/// <param name="Aborted">Why the unit does not work; null, and absent on the wire, where it is neither Aborting nor Aborted.</param>
public sealed record StateFrame(
    DeviceState Device,
    UnitState Unit,
    long Seq,
    long Epoch,
    ActionId? Action,
    DateTimeOffset At,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HeldLock? Lock = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AbortReason? Aborted = null);

/// <summary>Why a unit was aborted. With <see cref="CauseCode.EmergencyStop"/> nobody but a person clears it.</summary>
public sealed record AbortReason(CauseCode Cause, string Message);

/// <summary>Retained, one topic per property.</summary>
public sealed record PropertyFrame(Quantity Value, Quality Quality, long Seq, DateTimeOffset At);

/// <summary>Something worth a line in the record; not retained.</summary>
public sealed record EventFrame(string Kind, string Message, long Seq, DateTimeOffset At)
{
    /// <summary>The kind by which a driver that starts, or the interlock, asks the driver of an instrument for its liveness. The message is of this one question, so that whoever asks knows it when it comes back.</summary>
    public const string IsAnybodyThere = "is_anybody_there";
}

/// <summary>The latched safety stop, retained on <see cref="Topics.InterlockTrip"/>.</summary>
/// <param name="By">Who trips, <see cref="Interlock"/> or a person; who takes a trip back is always a person.</param>
public sealed record TripFrame(bool Tripped, string Reason, string By, DateTimeOffset At)
{
    /// <summary>By whom the interlock's own trips are.</summary>
    public const string Interlock = "interlock";

    /// <returns>Why it takes no trip back; null where it does.</returns>
    public string? RefusedAsReset() =>
        Tripped ? "a trip takes no trip back"
        : string.IsNullOrWhiteSpace(By) || string.IsNullOrWhiteSpace(Reason) ? "a reset of the interlock names a person and a reason; this one did not"
        : !ControlFrame.IsPerson(By) || By.Trim().Equals(Interlock, StringComparison.OrdinalIgnoreCase) ? $"only a person takes a trip back, and '{By.Trim()}' is none"
        : null;
}

/// <summary>
/// The interlock lives and watches, on <see cref="Topics.InterlockHeartbeat"/>. Never retained, since an old one must not look like a
/// new one; it expires in the broker with its lease.
/// </summary>
/// <param name="Seq">Counts from 1 at each start of the interlock. One with the number of the last one renews nothing.</param>
/// <param name="Lease">Seconds of the hearer's own clock for which it counts; more than 0, at most 3600.</param>
/// <param name="Configuration">SHA-256 of the interlock's configuration file, so that a changed one shows.</param>
public sealed record HeartbeatFrame(long Seq, double Lease, string Configuration, DateTimeOffset At);
