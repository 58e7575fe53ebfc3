namespace LabAutomation.Conformance;

/// <summary>What a harness can do to a driver beyond the bus.</summary>
[Flags]
public enum HarnessAbilities
{
    None = 0,

    /// <summary>Start the host, so that everything it says is seen from the first word.</summary>
    Start = 1,

    /// <summary>Stop the host cleanly.</summary>
    Stop = 2,

    /// <summary>End the host as in a crash or a power loss, and start it again on the same journal.</summary>
    Kill = 4,

    /// <summary>Run a second host of the same instrument on the same journal.</summary>
    Twin = 8,

    /// <summary>Count the bytes that reached the device.</summary>
    CountBytes = 16,

    /// <summary>Count effects by the device's own ledger.</summary>
    CountEffects = 32,

    /// <summary>Hold the device's answers back, or spoil them.</summary>
    DeviceLine = 64,

    /// <summary>Let every write to the journal fail.</summary>
    Disk = 128,

    /// <summary>End the host at a chosen write of the journal.</summary>
    Boundaries = 256,

    /// <summary>Restart the broker.</summary>
    Broker = 512,

    /// <summary>Break the host's link to the broker and mend it.</summary>
    BusLink = 1024,

    /// <summary>Connect as a client that has nothing to do with the instrument.</summary>
    Stranger = 2048,

    /// <summary>Show the state graph that the host exports.</summary>
    Graph = 4096,

    /// <summary>Build the same device again from the same seed.</summary>
    Seed = 8192,

    /// <summary>Tell an earlier death in the driver's name, as a broker does that finds out late.</summary>
    LateDeath = 16384,

    /// <summary>Let the driver's program stand still with its link open, as a machine that hangs does.</summary>
    Freeze = 32768,

    /// <summary>Put another device of the same make in the place of the one that is there, as after a repair.</summary>
    Exchange = 65536,

    /// <summary>Connect as the interlock, on a broker on which nobody else would be stopped by its trip.</summary>
    Interlock = 131072,
}
