using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>When a campaign rested, or was suspended, the program was away, or an instrument could not work, by the record.</summary>
internal sealed class Outages
{
    private const string Pause = "pause", Suspension = "suspension", SafeMode = "safe mode";

    private readonly List<(DateTimeOffset From, DateTimeOffset Until, IdleCause Cause, string Words)> _lab = [];
    private readonly Dictionary<string, List<(DateTimeOffset From, DateTimeOffset Until, string Words)>> _instruments = new(StringComparer.Ordinal);

    public Outages(string campaign, IReadOnlyList<LedgerEntry> record)
    {
        var last = default(DateTimeOffset?);
        var down = new Dictionary<string, (DateTimeOffset At, string Words)>(StringComparer.Ordinal);
        var barred = new Dictionary<string, (DateTimeOffset At, BreakerChanged Opened)>(StringComparer.Ordinal);
        var rests = new SortedDictionary<string, (DateTimeOffset At, string Words)>(StringComparer.Ordinal);
        foreach (var entry in record)
        {
            if (entry.Event is InstrumentChanged changed) Change(changed, down);
            if (entry.Event is BreakerChanged breaker)
            {
                if (barred.Remove(breaker.Instrument, out var before)) Bar(before.At, before.Opened, entry.At);
                if (breaker.Phase == BreakerPhase.Open) barred[breaker.Instrument] = (entry.At, breaker);
            }

            if (entry.Campaign != campaign) continue;
            switch (entry.Event)
            {
                case CampaignPaused pause:
                    End(Pause, entry.At);
                    rests[Pause] = (entry.At, $"the campaign was paused: {pause.Reason}");
                    break;
                case PauseRequested { Now: true } asked:
                    rests.TryAdd(Pause, (entry.At, $"the campaign was about to rest, {asked.Asked}"));
                    break;
                case CampaignSuspended suspended:
                    rests.TryAdd(Suspension, (entry.At, $"the campaign was suspended: {suspended.Reason}"));
                    break;
                case SafeModeEntered safe:
                    rests.TryAdd(SafeMode, (entry.At, $"the lab was in its safe mode: {safe.Reason}"));
                    break;
                case CampaignResumed:
                    if (!rests.ContainsKey(Pause) && last is { } before) _lab.Add((before, entry.At, IdleCause.ProgramAway, "the program did not run"));
                    End(SafeMode, entry.At);
                    End(Pause, entry.At);
                    break;
                case PromptLapsed or AbortRequested or PauseWithdrawn:
                    End(Pause, entry.At);
                    break;
                case CampaignContinued:
                    End(Suspension, entry.At);
                    break;
            }

            last = entry.At;
        }

        foreach (var rest in rests.Keys.ToArray()) End(rest, DateTimeOffset.MaxValue);
        foreach (var (since, opened) in barred.Values) Bar(since, opened, DateTimeOffset.MaxValue);
        foreach (var (instrument, (since, words)) in down) Add(instrument, since, DateTimeOffset.MaxValue, words);

        void End(string rest, DateTimeOffset at)
        {
            if (rests.Remove(rest, out var since)) _lab.Add((since.At, at, IdleCause.Paused, since.Words));
        }
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

    /// <summary>From then on it is tried again when somebody needs it.</summary>
    private void Bar(DateTimeOffset from, BreakerChanged opened, DateTimeOffset next) =>
        Add(opened.Instrument, from, opened.Until < next ? opened.Until.Value : next, $"{opened.Instrument} was given nothing to do: {opened.Reason}");

    private void Add(string instrument, DateTimeOffset from, DateTimeOffset until, string words)
    {
        if (!_instruments.TryGetValue(instrument, out var list)) _instruments[instrument] = list = [];
        list.Add((from, until, words));
    }
}
