using System.Text.Json.Serialization;

namespace LabAutomation.Simulators.Worlds;

/// <summary>
/// Everything a simulated world would still know after its computer died. One object, written at once, so that no crash can fall between
/// two parts. Each kind of world adds its own, as properties that JSON can carry; times as instants, so that a dose goes on while nobody looks.
/// </summary>
public class WorldState
{
    internal const int CurrentFormat = 1;

    /// <summary>Of the file.</summary>
    [JsonPropertyOrder(-1)]
    public int Format { get; set; } = CurrentFormat;

    /// <inheritdoc cref="World.Seed"/>
    [JsonPropertyOrder(-1)]
    public long Seed { get; set; }

    /// <summary>Lab time never runs backwards, whatever the clock says after a restart.</summary>
    [JsonPropertyOrder(-1)]
    public DateTimeOffset Time { get; set; }

    /// <summary>How many there were.</summary>
    [JsonPropertyOrder(-1)]
    public long Effects { get; set; }

    /// <summary>The effects that came with this state. They go to the ledger next; after a crash in between, the next start writes them.</summary>
    [JsonPropertyOrder(-1)]
    public List<Effect> LatestEffects { get; set; } = [];
}
