namespace LabAutomation.Agents.Scheduling;

internal enum SlotStage
{
    Waiting,
    Placed,
    Fixed,
}

/// <summary>Where a task stands on the board; times in ticks.</summary>
internal struct Slot
{
    public SlotStage Stage;
    public int Way;
    public long Start;
    public long End;

    /// <summary>-1: its sample is not carried for it.</summary>
    public int Carrier;
    public int From;
    public long MoveStart;
    public long MoveEnd;

    /// <summary>Where its sample is afterwards; -1: nowhere that counts.</summary>
    public int At;

    /// <summary>Task of the job with which the sample came to where it is; -1: it was there.</summary>
    public int ArrivedBy;
    public WaitKind Why;

    /// <summary>Task of the job, resource or location, according to <see cref="Why"/>.</summary>
    public int On;
}
