namespace LabAutomation.Simulators.Synthesis;

/// <summary>Where an arm is in a carriage; the numbers are those of its command <c>CarryState</c>.</summary>
internal enum CarryPhase
{
    /// <summary>It has carried nothing since its controller was made.</summary>
    None = 0,

    /// <summary>On the way to take a crucible.</summary>
    Reaching = 1,

    /// <summary>On the way to put it down.</summary>
    Carrying = 2,

    /// <summary>On the way back with what it could not put down.</summary>
    Returning = 3,

    Done = 4,
    NothingThere = 5,

    /// <summary>The target was taken; the crucible stands where it stood.</summary>
    TargetTaken = 6,

    /// <summary>Nothing was taken: a device shuts the position.</summary>
    SourceShut = 7,

    /// <summary>A device shuts the target; the crucible stands where it stood.</summary>
    TargetShut = 8,

    Halted = 9,
}

internal sealed class ArmState
{
    /// <summary>Carriages ever begun.</summary>
    public long Count { get; set; }

    public CarryPhase Phase { get; set; }

    /// <summary>0 where what the gripper holds is put down.</summary>
    public int From { get; set; }

    public int To { get; set; }

    /// <summary>When the present phase ends.</summary>
    public DateTimeOffset Until { get; set; }

    /// <summary>What <see cref="CarryPhase.Returning"/> ends as.</summary>
    public CarryPhase Trouble { get; set; }

    /// <summary>In the gripper.</summary>
    public Crucible? Held { get; set; }

    public bool IsPowered { get; set; } = true;

    public bool IsMoving => Phase is CarryPhase.Reaching or CarryPhase.Carrying or CarryPhase.Returning;
}
