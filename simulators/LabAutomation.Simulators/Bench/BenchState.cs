using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Spectra;
using LabAutomation.Simulators.Stirring;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Bench;

/// <summary>The state of a colour bench with all its devices.</summary>
internal sealed class BenchState : WorldState
{
    public CuvetteState Cuvette { get; set; } = new();

    /// <summary>By device name, in the order of the bench.</summary>
    public Dictionary<string, PumpState> Pumps { get; set; } = [];

    public StirrerState Stirrer { get; set; } = new();

    public SpectrometerState Spectrometer { get; set; } = new();
}
