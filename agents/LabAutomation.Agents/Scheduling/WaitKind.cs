namespace LabAutomation.Agents.Scheduling;

/// <summary>Why a task does not start earlier.</summary>
internal enum WaitKind
{
    /// <summary>It starts at once.</summary>
    None,

    /// <summary>The job says not before.</summary>
    NotBefore,

    /// <summary>A task that must end before.</summary>
    Predecessor,

    /// <summary>A task that has to be done once this one is, and that cannot be planned.</summary>
    Follower,

    /// <summary>A resource that others have until then.</summary>
    Resource,

    /// <summary>A resource that is out until then.</summary>
    Barred,

    /// <summary>The location where it happens is taken until then.</summary>
    Location,

    /// <summary>What carries its sample is busy until then.</summary>
    Carrier,

    /// <summary>The sample is being carried, or will be.</summary>
    Carrying,

    /// <summary>What follows must come within a hold and cannot be earlier.</summary>
    Hold,

    /// <summary>Its sample could not be taken away in time afterwards, and would stand in the way.</summary>
    WouldBlock,

    /// <summary>Everything that could do it is out, and nobody has said until when.</summary>
    Out,

    /// <summary>A sample that cannot be carried on stands where this one has to go.</summary>
    Blocked,

    /// <summary>No route leads there.</summary>
    NoRoute,

    /// <summary>So much is planned before it that it was left for later.</summary>
    Later,

    /// <summary>It is kept back, whatever the plan could do: by somebody, for stock, or because its place does not take it now.</summary>
    KeptBack,
}
