namespace LabAutomation.Instruments;

/// <summary>Where an arm is in a carriage, as <c>CarryState</c> numbers it.</summary>
internal enum CarriagePhase
{
    None = 0,
    Reaching = 1,
    Carrying = 2,
    Returning = 3,
    Done = 4,
    NothingThere = 5,
    TargetTaken = 6,
    SourceShut = 7,
    TargetShut = 8,
    Halted = 9,
}

/// <summary>What an arm says of itself.</summary>
/// <param name="Count">Carriages that it ever began; the present or last one has this number.</param>
/// <param name="Holds">Whether something is in its gripper.</param>
/// <param name="Left">Until the carriage under way has ended, as far as the arm knows.</param>
/// <param name="From">Of the present or last carriage; 0 where what the gripper held was put down.</param>
/// <param name="To">Of the present or last carriage; 0 before the first one.</param>
internal readonly record struct ArmCarriage(long Count, CarriagePhase Phase, bool Holds, bool IsPowered, TimeSpan Left, int From, int To)
{
    public bool IsMoving => Phase is CarriagePhase.Reaching or CarriagePhase.Carrying or CarriagePhase.Returning;
}
