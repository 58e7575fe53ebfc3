using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using DeviceEffect = LabAutomation.Simulators.Worlds.Effect;

namespace LabAutomation.Hosting.Chaos;

/// <summary>What an episode has left, from sources that know nothing of each other.</summary>
/// <param name="States">The campaigns, by the ledger.</param>
/// <param name="Entries">The ledger, all campaigns.</param>
/// <param name="Verdict">Of the ledger's chain.</param>
/// <param name="Effects">What the devices say was done to them.</param>
/// <param name="Journal">What the drivers wrote.</param>
/// <param name="Bus">What an onlooker heard on the bus.</param>
/// <param name="ClockWasSet">Whether times of day can be compared.</param>
internal sealed record Evidence(
    ImmutableArray<CampaignState> States,
    IReadOnlyList<LedgerEntry> Entries,
    LedgerVerdict Verdict,
    IReadOnlyList<DeviceEffect> Effects,
    IReadOnlyList<JournalRow> Journal,
    BusRecord Bus,
    bool ClockWasSet)
{
    /// <summary>What the lab's file says of places and of what is used up.</summary>
    public LabStations Stations { get; init; } = LabStations.OnePlace;

    /// <summary>The trials that somebody wanted out of the queue.</summary>
    public IReadOnlySet<(string Campaign, int Trial)> Removed { get; init; } = ImmutableHashSet<(string, int)>.Empty;

    /// <summary>When something went wrong that can slow a lab.</summary>
    public ImmutableArray<Trouble> Troubles { get; init; } = [];

    /// <summary>Each action once, however many trials share it.</summary>
    public IEnumerable<ActionIntended> Intents => Entries.Select(entry => entry.Event).OfType<ActionIntended>().DistinctBy(intent => intent.Action);

    /// <summary>As one trial has it; null where nobody asked for it.</summary>
    public ActionIntended? Intent(ActionId action) => ByAction.GetValueOrDefault(action);

    private IReadOnlyDictionary<ActionId, ActionIntended> ByAction { get; } = Entries.Select(entry => entry.Event).OfType<ActionIntended>().GroupBy(intent => intent.Action).ToDictionary(intent => intent.Key, intent => intent.First());

    /// <summary>How each action stands on the ledger in the end.</summary>
    public IReadOnlyDictionary<ActionId, ResultFrame> Results { get; } = Entries.Select(entry => entry.Event).OfType<ActionEnded>()
        .GroupBy(ended => ended.Action).ToDictionary(ended => ended.Key, ended => ended.Last().Result);
}

/// <summary>An action as its driver has it on record.</summary>
/// <param name="IsAcknowledged">Whether the driver was told that its result is on the ledger.</param>
/// <param name="Status">Of its result; null where it has none.</param>
internal sealed record JournalRow(ActionId Action, string Instrument, bool IsAcknowledged, ActionStatus? Status)
{
    /// <summary>As the driver made it; null where it has none.</summary>
    public ResultFrame? Result { get; init; }
}

/// <summary>A state as it went over the bus.</summary>
internal sealed record HeardState(string Instrument, StateFrame State);

/// <summary>Something went wrong that can slow a lab.</summary>
/// <param name="From">Lab time.</param>
/// <param name="On">The instrument that it struck; null where it struck the lab.</param>
internal sealed record Trouble(DateTimeOffset From, DateTimeOffset Until, string? On = null);
