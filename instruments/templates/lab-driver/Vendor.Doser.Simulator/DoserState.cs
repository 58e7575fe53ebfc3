using LabAutomation.Simulators.Worlds;

namespace Vendor.Doser.Simulator;

/// <summary>What the pump and its bottle would still know after the computer died.</summary>
internal sealed class DoserState : WorldState
{
    /// <summary>mL/min.</summary>
    public double Rate { get; set; } = 5;

    /// <summary>mL, by the motor's steps; without the run that is under way.</summary>
    public double Counted { get; set; }

    /// <summary>mL in the bottle when the last run ended.</summary>
    public double Bottle { get; set; } = 500;

    /// <summary>Numbers the runs.</summary>
    public long Runs { get; set; }

    public DoserRun? Run { get; set; }
}

/// <param name="Since">Lab time.</param>
/// <param name="Reach">mL by the motor's steps at which it ends by itself: what was ordered, or what the bottle holds.</param>
/// <param name="Gain">mL that leave the bottle per mL by the motor's steps.</param>
internal sealed record DoserRun(DateTimeOffset Since, double Reach, double Gain);
