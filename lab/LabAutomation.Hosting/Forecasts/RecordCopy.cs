using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Forecasts;

/// <summary>The record of some campaigns once more, as far as they need it to go on elsewhere. Entries keep their times.</summary>
internal static class RecordCopy
{
    /// <param name="path">Of the new ledger.</param>
    /// <param name="seed">From now on of their planners; their own where null.</param>
    /// <param name="isGrown">Whether the other lab has a station more: trials begin anew, and there is one more at once.</param>
    public static void Write(Ledger from, string path, IReadOnlyList<CampaignState> states, int? seed, bool isGrown = false)
    {
        var clock = new PastClock();
        using var to = Ledger.Open(path, clock, isDurable: false);
        var record = from.Read();
        var (ids, needed) = (states.Select(state => state.Id).ToHashSet(StringComparer.Ordinal), states.SelectMany(state => state.UnderWay).SelectMany(trial => trial.Actions.Values).Select(action => action.Intent.Action).ToHashSet());
        foreach (var entry in record.Where(entry => ids.Contains(entry.Campaign)))
        {
            clock.Now = entry.At;
            var happened = entry.Event is CampaignStarted started && seed is { } other ? started with { Seed = other } : entry.Event;
            BulkData[] data = happened is ActionEnded ended && needed.Contains(ended.Action) ? [.. ended.Result.Data.Select(from.ReadData)] : [];
            to.Append(entry.Campaign, [happened], data);
        }

        // What stands in the real lab does not stand in the simulated one.
        foreach (var state in states)
            to.Append(state.Id, [.. state.UnderWay.Where(trial => trial.HasSample || isGrown).Select(trial => new TrialAbandoned(trial.Number, "its sample is not in the virtual lab"))]);
        foreach (var state in states.Where(state => isGrown && state.Plan.Parallel is not null))
            to.Append(state.Id, [new QueueChanged("forecast", QueueRules.Operator, "a station more", Parallel: state.Plan.Parallel + 1)]);

        // What others have drawn is not copied: what there is counts.
        var book = StockBook.Replay(record);
        foreach (var (name, declared) in book.Declared)
        {
            var there = Math.Max(0, book.OnHand(name));
            to.Append(Ledger.OfTheLab, [declared, new ConsumableCounted(name, new Quantity(there + Open(states, name), declared.Capacity.Unit), "forecast")]);
        }
    }

    /// <summary>A count leaves aside what is being drawn, which is drawn already in what is there.</summary>
    private static double Open(IEnumerable<CampaignState> states, string consumable) => states.Sum(state => state.Drawn.OpenOf(consumable));

    private sealed class PastClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
