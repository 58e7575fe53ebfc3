using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>Finds out from the record why instruments did nothing for a campaign, between its beginning and its last entry.</summary>
public sealed class IdleTimes
{
    /// <summary>Trials that began earlier than so many others are not looked at.</summary>
    private const int Back = 2 * CampaignPlan.MostParallel;

    private readonly CampaignState _state;
    private readonly TrialState[] _trials;
    private readonly DateTimeOffset[] _starts;
    private readonly Outages _outages;

    /// <summary>By instrument, earliest first.</summary>
    private readonly Dictionary<string, Use[]> _uses;
    private readonly ILookup<int, (DateTimeOffset At, TrialWaits Waits)> _waits;
    private readonly ILookup<string, (DateTimeOffset At, bool IsEnough)> _supplies;
    private readonly Holds _holds;
    private readonly int _atOnce;

    /// <summary>When it was known that the goal was reached, and by which trial; null where it was not.</summary>
    private readonly (DateTimeOffset At, int Trial)? _reached;

    private IdleTimes(CampaignState state, IReadOnlyList<LedgerEntry> record)
    {
        (_state, _trials, _starts) = (state, [.. state.Trials], [.. state.Trials.Select(trial => trial.StartedAt)]);
        (_outages, _holds) = (new Outages(state.Id, record), new Holds(state.Id, record));
        _uses = Uses(state, record).GroupBy(use => use.Instrument, StringComparer.Ordinal).ToDictionary(uses => uses.Key, uses => uses.OrderBy(use => use.From).ThenBy(use => use.IsOurs ? 0 : 1).ToArray(), StringComparer.Ordinal);
        _waits = record.Where(entry => entry.Campaign == state.Id).Select(entry => (entry.At, Waits: entry.Event as TrialWaits)).Where(one => one.Waits is not null).ToLookup(one => one.Waits!.Trial, one => (one.At, one.Waits!));
        _supplies = record.Select(entry => (entry.At, Supply: SupplyOf(entry.Event))).Where(one => one.Supply is not null).ToLookup(one => one.Supply!.Value.Consumable, one => (one.At, one.Supply!.Value.IsEnough), StringComparer.Ordinal);
        _reached = record.Where(entry => entry.Campaign == state.Id).Select(entry => (entry.At, Known: entry.Event as TrialKnown)).Where(one => one.Known is not null && state.Plan.Goal.IsMetBy(new TrialOutcome.Measured(one.Known.Outputs, one.Known.Objective))).Select(one => ((DateTimeOffset, int)?)(one.At, one.Known!.Trial)).FirstOrDefault();
        _atOnce = state.Plan.Parallel ?? _trials.Select(trial => UnderWay(trial.StartedAt).Count()).DefaultIfEmpty(1).Max();
    }

    /// <param name="record">All entries of the ledger, or those of the campaigns that ran at its time.</param>
    /// <returns>By instrument, then by time; together with what each did they fill the time.</returns>
    public static ImmutableArray<IdleTime> Of(CampaignState state, IReadOnlyList<LedgerEntry> record)
    {
        var times = new IdleTimes(state, record);
        return [.. times._uses.Where(uses => Array.Exists(uses.Value, use => use.IsOurs)).OrderBy(uses => uses.Key, StringComparer.Ordinal).SelectMany(uses => times.Of(uses.Key))];
    }

    /// <summary>What may be enough for those who waited, and what says that it was not.</summary>
    private static (string Consumable, bool IsEnough)? SupplyOf(LabEvent happened) => happened switch
    {
        ConsumableRefilled refilled => (refilled.Consumable, true),
        ConsumableCounted counted => (counted.Consumable, true),
        ConsumableDeclared declared => (declared.Consumable, true),
        RefillRequested { IsWaitedFor: true } request => (request.Consumable, false),
        _ => null,
    };

    private static IEnumerable<Use> Uses(CampaignState state, IReadOnlyList<LedgerEntry> record)
    {
        foreach (var action in state.Trials.SelectMany(trial => trial.Actions.Values).Where(action => action.Result is not null))
            yield return new Use(action.Intent.Instrument, action.Result!.StartedAt, action.Result.EndedAt, action.Intent, null);
        var intents = new Dictionary<(string, ActionId), ActionIntended>();
        foreach (var entry in record.Where(entry => entry.Campaign != state.Id))
        {
            if (entry.Event is ActionIntended intent) intents[(entry.Campaign, intent.Action)] = intent;
            if (entry.Event is not ActionEnded ended || !intents.TryGetValue((entry.Campaign, ended.Action), out var known)) continue;
            if (ended.Result.EndedAt > state.StartedAt && ended.Result.StartedAt < state.LastAt) yield return new Use(known.Instrument, ended.Result.StartedAt, ended.Result.EndedAt, known, entry.Campaign);
        }
    }

    private IEnumerable<IdleTime> Of(string instrument)
    {
        var (free, pieces) = (_state.StartedAt, new List<IdleTime>());
        var uses = _uses[instrument];
        for (var k = 0; k < uses.Length; k++)
        {
            var next = Array.FindIndex(uses, k, use => use.IsOurs);
            if (uses[k].From > free) pieces.AddRange(Explain(instrument, free, uses[k].From, next < 0 ? null : uses[next]));
            if (!uses[k].IsOurs && uses[k].Until > free) pieces.Add(new IdleTime(instrument, Later(free, uses[k].From), uses[k].Until, IdleCause.OtherCampaign, $"it worked for {uses[k].Campaign}"));
            free = Later(free, uses[k].Until);
        }

        if (_state.LastAt > free) pieces.AddRange(Explain(instrument, free, _state.LastAt, null));
        return Joined(pieces);
    }

    /// <param name="next">What it does next for the campaign; null where that is nothing.</param>
    private IEnumerable<IdleTime> Explain(string instrument, DateTimeOffset from, DateTimeOffset until, Use? next)
    {
        var cuts = new SortedSet<DateTimeOffset>(_outages.Cuts(instrument, from, until)) { from, until };
        if (_reached?.At is { } reached && reached > from && reached < until) cuts.Add(reached);
        if (next is not null) cuts.UnionWith(Cuts(next, from, until).Where(at => at > from && at < until));
        foreach (var (begin, end) in cuts.Zip(cuts.Skip(1)))
        {
            var (cause, words) = _outages.At(instrument, begin) ?? (next is not null ? Why(next, begin) : (IdleCause.NothingToDo, _reached is var (at, trial) && at <= begin ? Text($"the goal was reached by trial {trial}, and no more trials began") : "nothing that came later needed it"));
            yield return new IdleTime(instrument, begin, end, cause, words);
        }
    }

    /// <summary>Where the reason may change.</summary>
    private IEnumerable<DateTimeOffset> Cuts(Use next, DateTimeOffset from, DateTimeOffset until)
    {
        var trial = _trials[next.Intent.Trial - 1];
        var own = trial.Actions.Values.Where(action => action.Result is not null).SelectMany(action => new[] { action.Result!.StartedAt, action.Result.EndedAt });
        var partners = Partners(trial, next).SelectMany(partner => Between(partner, from, until)).SelectMany(use => new[] { use.From, use.Until });
        var before = from >= trial.StartedAt ? [] : _trials.Skip(Math.Max(0, Begun(from) - Back)).Take(Back + Begun(until) - Begun(from))
            .SelectMany(other => new DateTimeOffset?[] { other.StartedAt, other.EndedAt, LastEnd(other) }).OfType<DateTimeOffset>();
        var waited = trial.Actions.Values.SelectMany(action => action.Intent.Waited ?? []).Select(wait => wait.From);
        return own.Concat(waited).Concat(partners).Concat(before).Concat(_waits[trial.Number].SelectMany(waits => _supplies[waits.Waits.For].Select(supply => supply.At).Prepend(waits.At))).Concat(_holds.Cuts).Append(trial.StartedAt);
    }

    /// <summary>How many trials had begun.</summary>
    private int Begun(DateTimeOffset at)
    {
        var place = Array.BinarySearch(_starts, at);
        if (place < 0) return ~place;
        while (place < _starts.Length && _starts[place] <= at) place++;
        return place;
    }

    private IEnumerable<TrialState> UnderWay(DateTimeOffset at) => _trials.Take(Begun(at)).TakeLast(Back).Where(trial => !(trial.EndedAt <= at));

    /// <summary>What an instrument did in a time, and what it was at when that began.</summary>
    private IEnumerable<Use> Between(string instrument, DateTimeOffset from, DateTimeOffset until)
    {
        if (!_uses.TryGetValue(instrument, out var uses)) yield break;
        var (low, high) = (0, uses.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (uses[middle].From <= from) low = middle + 1;
            else high = middle;
        }

        for (var k = Math.Max(0, low - 1); k < uses.Length && uses[k].From < until; k++)
            if (uses[k].Until > from) yield return uses[k];
    }

    private (IdleCause Cause, string Words) Why(Use next, DateTimeOffset at)
    {
        var trial = _trials[next.Intent.Trial - 1];
        if (at < trial.StartedAt) return BeforeProposal(trial, at);
        if (!trial.Actions.Values.Any(action => action.IntendedAt <= at) && _holds.At(trial.Number, at) is { } held) return (IdleCause.Held, held);
        var (since, waits) = _waits[trial.Number].LastOrDefault(waits => waits.At <= at);
        if (waits is not null && !trial.Actions.Values.Any(action => action.IntendedAt >= since && action.IntendedAt <= at) && !_supplies[waits.For].LastOrDefault(supply => supply.At >= since && supply.At <= at).IsEnough)
            return (IdleCause.OutOfStock, Text($"trial {trial.Number}: {waits.Reason}"));
        var open = trial.Actions.Values.Where(action => action.IntendedAt <= at && (action.Result is null || action.Result.EndedAt > at)).ToArray();
        if (open.FirstOrDefault(action => action.Intent.Index == ActionPlace.Carry) is { } carry) return (IdleCause.Carried, Text($"{carry.Intent.Instrument} carried the sample of trial {trial.Number}"));
        if (open.FirstOrDefault(action => action.Intent.Step != next.Intent.Step) is { } earlier) return (IdleCause.EarlierStep, Text($"trial {trial.Number} was at '{earlier.Intent.Step}'"));
        foreach (var partner in Partners(trial, next))
        {
            if (Between(partner, at, at + TimeSpan.FromTicks(1)).FirstOrDefault(use => !use.IsOurs || use.Intent.Trial != trial.Number) is not { } busy) continue;
            return (IdleCause.OtherInstrument, Text($"'{next.Intent.Step}' of trial {trial.Number} needed {partner} too, which worked for {(busy.IsOurs ? $"trial {busy.Intent.Trial}" : busy.Campaign!)}"));
        }

        var then = trial.Actions.Values.Where(action => action.IntendedAt > at && action.Intent.Index != ActionPlace.Carry).OrderBy(action => action.Order).Select(action => action.Intent).FirstOrDefault(next.Intent);
        var why = trial.Actions.Values.Where(action => action.Intent.Step == then.Step && action.IntendedAt > at).SelectMany(action => action.Intent.Waited ?? []).LastOrDefault(wait => wait.From <= at);
        return (IdleCause.Turn, Text($"'{then.Step}' of trial {trial.Number} waited {(why is null or { Words: StepWait.Over } ? "for its turn" : $"because {why.Words}")}"));
    }

    private (IdleCause Cause, string Words) BeforeProposal(TrialState trial, DateTimeOffset at)
    {
        TrialState[] underWay = [.. UnderWay(at).Where(other => other.Number < trial.Number)];
        if (underWay.Length < _atOnce && _holds.At(trial.Number, at) is { } held) return (IdleCause.Held, held);
        if (underWay.Length < _atOnce) return (IdleCause.Planner, Text($"the planner had not chosen trial {trial.Number} yet"));
        if (underWay.FirstOrDefault(other => LastEnd(other) <= at) is { } analysed) return (IdleCause.Analysis, Text($"trial {analysed.Number} was being analysed"));
        return (IdleCause.TrialBefore, Text($"trial {trial.Number} came after trial {underWay[0].Number}"));
    }

    /// <summary>The other instruments of a step.</summary>
    private static IEnumerable<string> Partners(TrialState trial, Use next) =>
        trial.Actions.Where(pair => pair.Key.Step == next.Intent.Step && pair.Key.Index != ActionPlace.Carry).Select(pair => pair.Value.Intent.Instrument).Where(name => name != next.Instrument).Distinct(StringComparer.Ordinal);

    /// <summary>Null where something of it has not ended.</summary>
    private static DateTimeOffset? LastEnd(TrialState trial) => trial.Actions.IsEmpty || trial.Actions.Values.Any(action => action.Result is null) ? null : trial.Actions.Values.Max(action => action.Result!.EndedAt);

    private static IEnumerable<IdleTime> Joined(IEnumerable<IdleTime> pieces)
    {
        IdleTime? last = null;
        foreach (var piece in pieces.Where(piece => piece.Length > TimeSpan.Zero))
        {
            if (last is not null && last.Until == piece.From && last.Words == piece.Words) last = last with { Until = piece.Until };
            else
            {
                if (last is not null) yield return last;
                last = piece;
            }
        }

        if (last is not null) yield return last;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <param name="Campaign">Null where it is the one that is looked at.</param>
    private sealed record Use(string Instrument, DateTimeOffset From, DateTimeOffset Until, ActionIntended Intent, string? Campaign)
    {
        public bool IsOurs => Campaign is null;
    }
}
