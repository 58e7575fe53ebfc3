using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>The state of a furnace room with all its devices, each by its name.</summary>
internal sealed class RoomState : WorldState
{
    /// <summary>By position; each crucible stands at one, or is in a gripper.</summary>
    public Dictionary<int, Crucible> Crucibles { get; set; } = [];

    /// <summary>Crucibles that ever came into the room.</summary>
    public long Brought { get; set; }

    /// <summary>Crucibles that went into a bin.</summary>
    public long ThrownAway { get; set; }

    public Dictionary<string, ArmState> Arms { get; set; } = [];

    public Dictionary<string, FurnaceState> Furnaces { get; set; } = [];

    public Dictionary<string, DoserState> Dosers { get; set; } = [];

    public Dictionary<string, DiffractometerState> Diffractometers { get; set; } = [];

    public static T Of<T>(Dictionary<string, T> devices, string name)
        where T : new()
    {
        if (!devices.TryGetValue(name, out var device)) devices[name] = device = new T();
        return device;
    }
}
