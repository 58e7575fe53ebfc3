using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>The breakers of a lab's instruments, and what is new about them. Not thread-safe.</summary>
internal sealed class LabBreakers
{
    private readonly SortedDictionary<string, Breaker> _breakers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _probed = new(StringComparer.Ordinal);

    /// <param name="record">What was recorded of them, and the failures since the longest window with their intents, in order.</param>
    public LabBreakers(LabStations lab, IEnumerable<LedgerEntry> record)
    {
        foreach (var instrument in lab.Instruments)
            if (instrument.Breaker is { } limits) _breakers.Add(instrument.Name, Breaker.Closed(limits));
        var intended = new Dictionary<ActionId, string>();
        foreach (var entry in record)
        {
            if (entry.Event is ActionIntended intent) intended[intent.Action] = intent.Instrument;
            if (entry.Event is BreakerChanged changed && _breakers.TryGetValue(changed.Instrument, out var breaker)) _breakers[changed.Instrument] = Breaker.Closed(breaker.Limits) with { Until = changed.Until };
            if (entry.Event is ActionEnded ended && Breaker.IsFailure(ended.Result) is true && intended.TryGetValue(ended.Action, out var failed) && _breakers.TryGetValue(failed, out var before))
                _breakers[failed] = before.With(ended.Action, hasFailed: true, entry.At);
        }
    }

    /// <summary>What a ledger has of the breakers of a lab that counts still; nothing where no instrument has one.</summary>
    /// <exception cref="LedgerException">It cannot be read, or an entry was changed after it was written.</exception>
    public static IReadOnlyList<LedgerEntry> Recorded(LabStations lab, Ledger ledger, DateTimeOffset now)
    {
        if (lab.Instruments.Max(instrument => instrument.Breaker?.Window) is not { } window) return [];
        var failures = ledger.Entries<ActionEnded>(now - window).Where(entry => Breaker.IsFailure(((ActionEnded)entry.Event).Result) is true).ToArray();
        var actions = failures.Select(entry => ((ActionEnded)entry.Event).Action).ToHashSet();
        var intents = actions.Count == 0 ? [] : ledger.Entries<ActionIntended>().Where(entry => actions.Contains(((ActionIntended)entry.Event).Action));
        return [.. ledger.Entries<BreakerChanged>().Concat(intents).Concat(failures).OrderBy(entry => entry.Seq)];
    }

    /// <summary>Instruments that are given nothing to do before a certain time, and those of which it has passed and that have not shown since that they work.</summary>
    public IEnumerable<(string Instrument, DateTimeOffset Until)> Barred => _breakers.Where(pair => pair.Value.Until is not null).Select(pair => (pair.Key, pair.Value.Until!.Value));

    /// <returns>What is new, to be recorded; null where nothing is.</returns>
    public BreakerChanged? Hear(string instrument, ActionId action, ResultFrame result, DateTimeOffset at)
    {
        if (Breaker.IsFailure(result) is not { } hasFailed || !_breakers.TryGetValue(instrument, out var before)) return null;
        var after = _breakers[instrument] = before.With(action, hasFailed, at);
        if (after.Until == before.Until) return null;
        _probed.Remove(instrument);
        if (after.Until is not { } until) return new BreakerChanged(instrument, BreakerPhase.Closed, "the probe has succeeded", null);
        var why = before.Until is null
            ? string.Create(CultureInfo.InvariantCulture, $"{before.Limits.Failures} failures within {before.Limits.Window}, the last one: {result.Message}")
            : $"the probe has failed: {result.Message}";
        return new BreakerChanged(instrument, BreakerPhase.Open, why, until);
    }

    /// <summary>An instrument is given something to do.</summary>
    /// <returns>Where that is the probe, for the record; null otherwise.</returns>
    public BreakerChanged? Begin(string instrument, string what, DateTimeOffset now) =>
        _breakers.TryGetValue(instrument, out var breaker) && breaker.At(now) == BreakerPhase.HalfOpen && _probed.Add(instrument) ? new BreakerChanged(instrument, BreakerPhase.HalfOpen, $"{what} is the probe", breaker.Until) : null;
}
