using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Reactor;

/// <summary>What a console keeps over a restart: which core it has loaded. The core itself is not kept; one that was running is found shut down.</summary>
internal sealed class ReactorConsoleState : WorldState
{
    /// <summary>Runs begun.</summary>
    public long Runs { get; set; }

    /// <summary>At which the core of the latest run was at rest, in multiples of the rated power.</summary>
    public double Power { get; set; } = 1;

    /// <summary>Whether the drums were turned in since.</summary>
    public bool IsShut { get; set; } = true;
}
