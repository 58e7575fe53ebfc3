namespace LabAutomation.Simulators;

/// <summary>What does not get through between a client and its broker.</summary>
[Flags]
public enum CutDirections
{
    None = 0,

    /// <summary>What the broker sends: the client hears nothing.</summary>
    Hears = 1,

    /// <summary>What the client sends: it speaks to nobody.</summary>
    Speaks = 2,

    Both = Hears | Speaks,
}
