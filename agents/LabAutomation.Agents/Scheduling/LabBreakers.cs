using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>The breakers of a lab's instruments, and what is new about them. Not thread-safe.</summary>
internal sealed class LabBreakers
{
    private readonly SortedDictionary<string, Breaker> _breakers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _probed = new(StringComparer.Ordinal);

    /// <param name="record">What was recorded of them, in order.</param>
    public LabBreakers(LabStations lab, IEnumerable<BreakerChanged> record)
    {
        foreach (var instrument in lab.Instruments)
            if (instrument.Breaker is { } limits) _breakers.Add(instrument.Name, Breaker.Closed(limits));
        foreach (var last in record.GroupBy(changed => changed.Instrument).Select(changes => changes.Last()))
            if (last.Until is { } until && _breakers.TryGetValue(last.Instrument, out var breaker)) _breakers[last.Instrument] = breaker with { Until = until };
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
