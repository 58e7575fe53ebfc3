using System.Text.Json.Serialization;

namespace LabAutomation.Simulators.Worlds;

/// <summary>
/// Everything a simulated world would still know after its computer died. One object, written at once, so that no crash can fall between
/// two parts. Each kind of world adds its own.
/// </summary>
internal class WorldState
{
    public const int CurrentFormat = 1;

    [JsonPropertyOrder(-1)]
    public int Format { get; set; } = CurrentFormat;

    [JsonPropertyOrder(-1)]
    public long Seed { get; set; }

    /// <summary>Lab time never runs backwards, whatever the clock says after a restart.</summary>
    [JsonPropertyOrder(-1)]
    public DateTimeOffset Time { get; set; }

    [JsonPropertyOrder(-1)]
    public long Effects { get; set; }

    /// <summary>The effects that came with this state. They go to the ledger next; after a crash in between, the next start writes them.</summary>
    [JsonPropertyOrder(-1)]
    public List<Effect> LatestEffects { get; set; } = [];
}
