namespace LabAutomation.Protocol;

/// <summary>What a command does to the world. Only <see cref="Read"/> and <see cref="Set"/> may be retried without asking anyone.</summary>
public enum Effect
{
    /// <summary>Changes nothing.</summary>
    Read,

    /// <summary>Brings about a stated condition; doing it twice is doing it once.</summary>
    Set,

    /// <summary>Changes a condition by a stated amount.</summary>
    Relative,

    /// <summary>Uses something up.</summary>
    Consume,
}

/// <summary>Where an action stands. The last five are final, but an unknown outcome can still be resolved.</summary>
public enum ActionStatus
{
    Accepted,
    Waiting,
    Running,
    Succeeded,
    Failed,
    Cancelled,
    Expired,
    UnknownOutcome,
}

/// <summary>Why an action ended as it did.</summary>
public enum CauseCode
{
    Success,
    SuccessWithWarnings,
    InvalidCommand,
    OutOfRange,
    HardwareFault,
    EmergencyStop,
    Unachievable,
    LinkLost,

    /// <summary>Another client holds the instrument, or the lock that the command speaks of has ended.</summary>
    Locked,
}

/// <summary>OPC UA LADS device states, without Sleep: see docs/decisions/0018-what-lads-has-and-the-wire-has-not.md.</summary>
public enum DeviceState
{
    Initialization,
    Operate,
    Shutdown,
}

/// <summary>OPC UA LADS functional-unit states, without those of a suspension; those from <see cref="Idle"/> to <see cref="Unholding"/> are inside Running.</summary>
public enum UnitState
{
    Stopped,
    Idle,
    Starting,
    Execute,
    Completing,
    Complete,
    Resetting,
    Holding,
    Held,
    Unholding,
    Stopping,
    Aborting,
    Aborted,
    Clearing,
}

/// <summary>How far a value can be trusted. A stale value is not a value.</summary>
public enum Quality
{
    Good,
    Uncertain,
    Stale,
    Bad,
}
