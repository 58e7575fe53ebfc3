using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Robots;

/// <summary>What the robot's computer remembers, and what is really on its deck.</summary>
internal sealed class RobotState : WorldState
{
    /// <summary>The oldest first; the last one is the current one.</summary>
    public List<RunState> Runs { get; set; } = [];

    public long Ids { get; set; }

    /// <summary>µL by slot and well, such as <c>2/A1</c>. A well that is not in here has what it came with.</summary>
    public Dictionary<string, double> Wells { get; set; } = [];

    /// <summary>By slot and well.</summary>
    public List<string> UsedTips { get; set; } = [];

    /// <summary>Whether a tip is on the pipette, and µL in it.</summary>
    public bool HasTip { get; set; }

    public double InTip { get; set; }
}

internal sealed class RunState
{
    public string Id { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary><c>idle</c>, <c>running</c>, <c>paused</c>, <c>stop-requested</c>, <c>stopped</c>, <c>failed</c> or <c>succeeded</c>.</summary>
    public string Status { get; set; } = "idle";

    public List<ActionState> Actions { get; set; } = [];

    public List<CommandState> Commands { get; set; } = [];

    /// <summary>Load names by labware id.</summary>
    public Dictionary<string, LoadedLabware> Labware { get; set; } = [];

    /// <summary>Pipette ids that were loaded.</summary>
    public List<string> Pipettes { get; set; } = [];

    /// <summary>Whether the run believes that a tip is on the pipette.</summary>
    public bool BelievesInTip { get; set; }

    /// <summary>End of homing before the first command, or of stopping.</summary>
    public DateTimeOffset? BusyUntil { get; set; }

    public bool IsOver => Status is "stopped" or "failed" or "succeeded";

    public bool WasPlayed => Actions.Exists(action => action.Type == "play");
}

internal sealed record LoadedLabware(string Slot, string LoadName);

internal sealed record ActionState(string Id, string Type, DateTimeOffset At);

internal sealed class CommandState
{
    public string Id { get; set; } = "";

    public string Key { get; set; } = "";

    public string Type { get; set; } = "";

    /// <summary><c>setup</c> or <c>protocol</c>.</summary>
    public string Intent { get; set; } = "";

    /// <summary>JSON.</summary>
    public string Parameters { get; set; } = "{}";

    /// <summary><c>queued</c>, <c>running</c>, <c>succeeded</c> or <c>failed</c>.</summary>
    public string Status { get; set; } = "queued";

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    /// <summary>While it runs.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    /// <summary>JSON of the result.</summary>
    public string? Result { get; set; }

    public string? ErrorType { get; set; }

    public string? ErrorDetail { get; set; }

    public bool IsDone => Status is "succeeded" or "failed";
}
