using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Spectra;
using LabAutomation.Simulators.Stirring;

namespace LabAutomation.Simulators.Bench;

/// <summary>
/// Everything the bench would still know after its computer died. One object, written at once, so that no crash can fall between two parts.
/// </summary>
internal sealed class BenchState
{
    public const int CurrentFormat = 1;

    public int Format { get; set; } = CurrentFormat;

    public long Seed { get; set; }

    /// <summary>Lab time never runs backwards, whatever the clock says after a restart.</summary>
    public DateTimeOffset Time { get; set; }

    public long Effects { get; set; }

    /// <summary>The effects that came with this state. They go to the ledger next; after a crash in between, the next start writes them.</summary>
    public List<Effect> LatestEffects { get; set; } = [];

    public CuvetteState Cuvette { get; set; } = new();

    /// <summary>By device name, in the order of the bench.</summary>
    public Dictionary<string, PumpState> Pumps { get; set; } = [];

    public StirrerState Stirrer { get; set; } = new();

    public SpectrometerState Spectrometer { get; set; } = new();
}
