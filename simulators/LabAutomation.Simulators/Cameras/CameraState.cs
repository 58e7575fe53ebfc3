using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Cameras;

internal sealed class CameraState : WorldState
{
    /// <summary>ms.</summary>
    public double Exposure { get; set; } = 20;

    /// <summary>The exposure in ms that the picture under way still has; null = the present one.</summary>
    public double? Former { get; set; }

    /// <summary>Pictures ever taken.</summary>
    public long Pictures { get; set; }
}
