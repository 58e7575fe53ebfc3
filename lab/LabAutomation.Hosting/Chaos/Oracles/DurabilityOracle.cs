using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Whatever anybody was told is on the disk, whenever and however the program ends.</summary>
internal static class DurabilityOracle
{
    /// <param name="entries">The ledger as the program has left it.</param>
    /// <param name="journal">The drivers' journal as the program has left it.</param>
    /// <param name="bus">What was told before.</param>
    public static IEnumerable<Violation> Judge(IReadOnlyList<LedgerEntry> entries, IReadOnlyList<JournalRow> journal, BusRecord bus)
    {
        var intended = entries.Select(entry => entry.Event).OfType<ActionIntended>().Select(intent => intent.Action).ToHashSet();
        var ends = entries.Select(entry => entry.Event).OfType<ActionEnded>().ToLookup(end => end.Action, end => end.Result.Status);
        var rows = journal.ToDictionary(row => row.Action);
        foreach (var action in bus.Commanded.Where(action => !intended.Contains(action)))
            yield return Broken($"action {action} was sent to its instrument and its intent is not on the ledger");
        foreach (var action in bus.Accepted.Where(action => !rows.ContainsKey(action)))
            yield return Broken($"a driver said that it has accepted action {action}, and its journal does not know of it");
        foreach (var action in bus.Ended.Where(action => rows.TryGetValue(action, out var row) && row.Status is null))
            yield return Broken($"the driver of {rows[action].Instrument} told the result of action {action}, and its journal does not have it");
        foreach (var action in bus.Acknowledged.Where(known => !Has(known.Key, known.Value)).Select(known => known.Key))
            yield return Broken($"the agents acknowledged the result of action {action}, and it is not on the ledger");
        foreach (var row in journal.Where(row => row is { IsAcknowledged: true, Status: { } status } && intended.Contains(row.Action) && !Has(row.Action, status)))
            yield return Broken($"the driver of {row.Instrument} was told that the result of action {row.Action} is on the ledger, and it is not");

        // That nobody knew is no end of what is known.
        bool Has(ActionId action, ActionStatus told) => ends[action].Any(status => status != ActionStatus.UnknownOutcome || told == ActionStatus.UnknownOutcome);
    }

    private static Violation Broken(string message) => new("durability", message);
}
