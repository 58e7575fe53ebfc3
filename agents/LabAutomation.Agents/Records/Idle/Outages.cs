using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>When a campaign rested, the program was away, or an instrument could not work, by the record.</summary>
internal sealed class Outages
{
    private readonly List<(DateTimeOffset From, DateTimeOffset Until, IdleCause Cause, string Words)> _lab = [];
    private readonly Dictionary<string, List<(DateTimeOffset From, DateTimeOffset Until, string Words)>> _instruments = new(StringComparer.Ordinal);

    public Outages(string campaign, IReadOnlyList<LedgerEntry> record)
    {
        (DateTimeOffset At, string Reason)? paused = null;
        var last = default(DateTimeOffset?);
        var down = new Dictionary<string, (DateTimeOffset At, string Words)>(StringComparer.Ordinal);
        foreach (var entry in record)
        {
            if (entry.Event is InstrumentChanged changed) Change(changed, down);
            if (entry.Campaign != campaign) continue;
            switch (entry.Event)
            {
                case CampaignPaused rests:
                    paused = (entry.At, rests.Reason);
                    break;
                case CampaignResumed when paused is var (since, why):
                    _lab.Add((since, entry.At, IdleCause.Paused, $"the campaign was paused: {why}"));
                    paused = null;
                    break;
                case CampaignResumed when last is { } before:
                    _lab.Add((before, entry.At, IdleCause.ProgramAway, "the program did not run"));
                    break;
            }

            last = entry.At;
        }

        if (paused is var (at, reason)) _lab.Add((at, DateTimeOffset.MaxValue, IdleCause.Paused, $"the campaign was paused: {reason}"));
        foreach (var (instrument, (since, words)) in down) Add(instrument, since, DateTimeOffset.MaxValue, words);
    }

    public IEnumerable<DateTimeOffset> Cuts(string instrument, DateTimeOffset from, DateTimeOffset until) =>
        _lab.SelectMany(one => new[] { one.From, one.Until }).Concat(_instruments.GetValueOrDefault(instrument, []).SelectMany(one => new[] { one.From, one.Until })).Where(at => at > from && at < until);

    /// <summary>Null where nothing was out.</summary>
    public (IdleCause Cause, string Words)? At(string instrument, DateTimeOffset at)
    {
        foreach (var one in _lab)
            if (one.From <= at && at < one.Until) return (one.Cause, one.Words);
        foreach (var one in _instruments.GetValueOrDefault(instrument, []))
            if (one.From <= at && at < one.Until) return (IdleCause.Failed, one.Words);
        return null;
    }

    private void Change(InstrumentChanged changed, Dictionary<string, (DateTimeOffset At, string Words)> down)
    {
        var words = !changed.Online ? $"{changed.Instrument} was not there" : changed.State is UnitState.Aborting or UnitState.Aborted or UnitState.Clearing ? $"{changed.Instrument} was aborted" : null;
        if (words is not null) down.TryAdd(changed.Instrument, (changed.At, words));
        else if (changed.State is not null && down.Remove(changed.Instrument, out var since)) Add(changed.Instrument, since.At, changed.At, since.Words);
    }

    private void Add(string instrument, DateTimeOffset from, DateTimeOffset until, string words)
    {
        if (!_instruments.TryGetValue(instrument, out var list)) _instruments[instrument] = list = [];
        list.Add((from, until, words));
    }
}
