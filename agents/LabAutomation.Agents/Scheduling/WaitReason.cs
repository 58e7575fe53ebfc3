namespace LabAutomation.Agents.Scheduling;

/// <summary>Why a task starts no earlier than planned, and what it waits for: a task of its job, a resource or a location.</summary>
internal readonly record struct WaitReason(WaitKind Kind, string? On)
{
    public override string ToString() => Kind switch
    {
        WaitKind.None => "nothing is in its way",
        WaitKind.NotBefore => "it is not to start earlier",
        WaitKind.Predecessor => $"'{On}' has to end before",
        WaitKind.Follower => $"'{On}' could not be done after it",
        WaitKind.Resource => $"{On} is occupied",
        WaitKind.Barred => $"{On} is given nothing to do for a while",
        WaitKind.Location => $"{Place} is taken",
        WaitKind.Carrier => $"{On} is busy carrying",
        WaitKind.Carrying => "its sample is carried",
        WaitKind.Hold => $"'{On}' has to follow in time and cannot start earlier",
        WaitKind.WouldBlock => $"its sample would stand in the way until '{On}'",
        WaitKind.Out => $"{On} is out, for nobody knows how long",
        WaitKind.Blocked => $"{Place} is taken by a sample that cannot leave",
        WaitKind.NoRoute => $"no route leads to {Place}",
        WaitKind.KeptBack => "it is kept back",
        _ => "much is planned before it",
    };

    /// <summary>A station is a location of the planner's, and people call it by its name.</summary>
    private string Place => LabPositions.StationOf(On!) is { } station ? station.Length > 0 ? $"station {station}" : "the lab's one place" : On!;
}
