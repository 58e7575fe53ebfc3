using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>Whether a lab in virtual time goes on, and who waits for whom where it does not. Drivers at rest ask their devices for ever, so that something is always due.</summary>
internal static class Standstill
{
    /// <summary>Lab time in which nothing goes on record and after which a lab counts as stuck, unless an action is under way that may take longer.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromHours(12);

    /// <returns>Whether the work has ended; it has not where it never will.</returns>
    public static async Task<bool> WatchAsync(Laboratory lab, Task work, TimeProvider clock, Func<bool> isCalm)
    {
        for (var (head, quiet) = (lab.Ledger.Head, TimeSpan.Zero); ;)
        {
            await Task.WhenAny(work.Here(), Task.Delay(Quiet, clock));
            if (work.IsCompleted) return true;
            (head, quiet) = lab.Ledger.Head == head ? (head, quiet + Quiet) : (lab.Ledger.Head, TimeSpan.Zero);
            if (quiet > TimeSpan.Zero && !MayGoOn(lab, quiet, isCalm())) return false;
        }
    }

    /// <summary>Whether something goes on record at a time that is known, or may yet.</summary>
    /// <param name="quiet">Lab time since the last entry.</param>
    /// <param name="isCalm">Whether no fault acts any more: then a property that suspends a campaign is back in its band long ago, or never will be.</param>
    private static bool MayGoOn(Laboratory lab, TimeSpan quiet, bool isCalm)
    {
        var now = lab.Clock.GetUtcNow();
        return CampaignRecord.All(lab.Ledger).Any(state => state.PauseUntil > now || (state.Suspended is not null && !isCalm) || state.UnderWay.Any(trial => trial.Actions.Values.Any(action => action.Reaction?.NotBefore > now || (action.IsOpen && quiet < state.Plan.Limits.Trial + state.Plan.Limits.CleanUp))))
            || lab.Ledger.Events<BreakerChanged>().Any(changed => changed.Until > now);
    }

    /// <summary>Who waits for whom, by the record.</summary>
    public static string Tell(IReadOnlyList<LedgerEntry> entries)
    {
        string[] waits =
        [
            .. entries.Where(entry => entry.Campaign != Ledger.OfTheLab).GroupBy(entry => entry.Campaign, StringComparer.Ordinal).Select(record => CampaignState.Replay([.. record]))
                .Where(state => state.Phase is not (CampaignPhase.Ended or CampaignPhase.Paused)).SelectMany(Tell),
        ];
        if (waits.Length == 0) return "No campaign is under way.";
        return string.Join(" ", [.. waits, .. Refills(entries), .. Breakers(entries)]);
    }

    private static IEnumerable<string> Tell(CampaignState state)
    {
        if (state.Suspended is { } why) yield return $"{state.Id} is suspended: {why}.";
        if (state.IsHeld) yield return $"{state.Id} is held in the queue.";
        foreach (var trial in state.UnderWay) yield return $"{state.Id} waits in trial {trial.Number} for {WaitsFor(trial)}.";
        if (!state.UnderWay.Any()) yield return $"{state.Id} waits for its next trial.";
    }

    private static string WaitsFor(TrialState trial)
    {
        string[] open = [.. trial.Actions.Values.Where(action => action.IsOpen).Select(action => $"{action.Intent.Instrument} with '{action.Intent.Command}'")];
        if (open.Length > 0) return string.Join(", ", open);
        if (trial.Waits is { } waits) return $"{waits.For}: {waits.Reason}";
        if (trial.IsHeld) return "somebody who lets it go: it is held in the queue";
        return trial.Actions.Values.FirstOrDefault(action => action.IsUnknown) is { } unknown ? $"somebody who finds out what became of '{unknown.Intent.Command}' of {unknown.Intent.Instrument}" : "its turn or its analysis";
    }

    private static IEnumerable<string> Refills(IReadOnlyList<LedgerEntry> entries) => StockBook.Replay(entries).Requests.Values
        .Select(wanted => string.Create(CultureInfo.InvariantCulture, $"A refill of {wanted.Consumable} is asked for, {wanted.Amount}: {wanted.Reason}."));

    private static IEnumerable<string> Breakers(IReadOnlyList<LedgerEntry> entries) => entries.Select(entry => entry.Event).OfType<BreakerChanged>().GroupBy(changed => changed.Instrument, StringComparer.Ordinal).Select(changes => changes.Last())
        .Where(changed => changed.Phase != BreakerPhase.Closed).Select(changed => $"{changed.Instrument} is given nothing more: {changed.Reason}.");
}
