namespace LabAutomation.Simulators.Faults;

/// <summary>What can go wrong in a virtual lab. What each strikes and needs stands in <see cref="FaultTraits"/>.</summary>
public enum FaultKind
{
    /// <summary>The device hears nothing and answers nothing, as if unplugged.</summary>
    Silence,

    /// <summary>The device answers, but not what it means.</summary>
    Garbage,

    /// <summary>What the device receives comes back first.</summary>
    Echo,

    /// <summary>Answers end in the middle.</summary>
    CutShort,

    /// <summary>Answers carry a checksum that is not theirs.</summary>
    WrongChecksum,

    /// <summary>Answers come late.</summary>
    Late,

    /// <summary>A measuring device shows the value it showed last.</summary>
    Stuck,

    /// <summary>What a measuring device shows moves away from the truth.</summary>
    Drift,

    /// <summary>A pump has nothing left to give.</summary>
    Empty,

    /// <summary>The program of one driver ends as in a crash, and starts again.</summary>
    DriverCrash,

    /// <summary>The lab's program ends as in a crash; a person starts it again.</summary>
    Crash,

    /// <summary>The same with the whole computer: what was written and not forced out to the disk is gone.</summary>
    PowerCut,

    /// <summary>The same, in the middle of a write to the disk: half of it is there.</summary>
    TornWrite,

    /// <summary>The lab's program stands still, with drivers and broker, and goes on later as if nothing had been.</summary>
    Freeze,

    /// <summary>Nothing can be written.</summary>
    FullDisk,

    /// <summary>The disk says after each write that it failed.</summary>
    FailingSync,

    /// <summary>Each write takes long, and everything waits for it.</summary>
    SlowDisk,

    /// <summary>Messages take their time.</summary>
    Latency,

    /// <summary>Messages are lost.</summary>
    Loss,

    /// <summary>Messages come twice.</summary>
    Duplicates,

    /// <summary>Messages overtake each other.</summary>
    Reordering,

    /// <summary>A client of the broker neither hears nor is heard.</summary>
    Partition,

    /// <summary>A client is heard and hears nothing.</summary>
    Deaf,

    /// <summary>A client hears and is not heard.</summary>
    Mute,

    /// <summary>The broker ends and starts again with its sessions.</summary>
    BrokerRestart,

    /// <summary>The broker ends and has forgotten everything when it starts again.</summary>
    BrokerLoss,

    /// <summary>The lab's clock is set, forward or back; what measures durations goes on.</summary>
    ClockStep,

    /// <summary>A person who is needed does not come.</summary>
    Absence,

    /// <summary>Somebody holds a campaign in the queue, and lets it go later.</summary>
    Hold,

    /// <summary>Somebody gives a campaign another priority.</summary>
    Move,

    /// <summary>Somebody takes a trial that waits out of the queue.</summary>
    Remove,

    /// <summary>Somebody lets all campaigns rest, and takes them up again later.</summary>
    Pause,
}
