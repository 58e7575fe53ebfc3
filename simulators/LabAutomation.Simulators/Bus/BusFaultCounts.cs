namespace LabAutomation.Simulators;

/// <summary>The faults of a <see cref="SimulatedBroker"/> that really happened since it was made.</summary>
public sealed record BusFaultCounts
{
    /// <summary>Deliveries that took time.</summary>
    public int Delayed { get; internal set; }

    /// <summary>Deliveries that one reader never got.</summary>
    public int Lost { get; internal set; }

    /// <summary>Retained messages that came only when they were sent again.</summary>
    public int Late { get; internal set; }

    /// <summary>Deliveries that came a second time.</summary>
    public int Doubled { get; internal set; }

    /// <summary>Deliveries that came after a later one.</summary>
    public int Overtaken { get; internal set; }

    /// <summary>Partitions that began.</summary>
    public int Cuts { get; internal set; }

    /// <summary>Links that a partition outlasted, so that they were given up.</summary>
    public int GivenUp { get; internal set; }

    /// <summary>Messages that a client sent again, since it had not heard that they were taken.</summary>
    public int SentAgain { get; internal set; }

    /// <summary>Restarts of the broker.</summary>
    public int Restarts { get; internal set; }

    /// <summary>Messages, retained or queued for a client, that a restart forgot.</summary>
    public int Forgotten { get; internal set; }
}
