using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Runs one campaign. The rules are in <see cref="CampaignState"/>; this actor records, asks and passes answers on.</summary>
internal sealed class CampaignActor : ReceiveActor
{
    private readonly HashSet<object> _asked = [];
    private readonly string _id;
    private readonly Ledger _ledger;
    private readonly CampaignCrew _crew;
    private readonly TimeProvider _clock;
    private readonly CampaignPlaces _places;
    private readonly TrialTasks _tasks;

    /// <summary>What the scheduler has granted, with the actions that are not on record yet.</summary>
    private readonly List<(Grant Grant, HashSet<ActionPlace> Awaited)> _granted = [];
    private readonly object _life = new();
    private readonly EarlierActions _earlier = new();
    private CampaignState _state;
    private SchedulerMessage.Declare? _declared;
    private long _heard;
    private bool _pauseWanted;
    private (CampaignState Of, DateTimeOffset At, bool PauseWanted, ImmutableArray<NextStep> Steps)? _outstanding;
    private SuspensionWatch _watch;
    private ITimer? _alarm;
    private DateTimeOffset? _alarmAt;

    public CampaignActor(string id, Ledger ledger, CampaignCrew crew, LabStations stations, TimeProvider clock)
    {
        (_id, _ledger, _crew, _clock) = (id, ledger, crew, clock);
        _state = CampaignState.Replay(ledger.Read(id)).Unstationed(_ => false);
        _earlier.TakenUp(_state, clock.GetUtcNow());
        _places = stations.For(_state.Plan);
        _tasks = new TrialTasks(_places);
        _watch = SuspensionWatch.Of(_state.Plan, stations, _state.Suspended);

        Receive<TrialSuggested>(Take);
        Receive<NothingLeft>(Exhausted);
        Receive<ActionBegun>(begun =>
        {
            _asked.Add(PartOf(begun.Intended));
            foreach (var (_, awaited) in _granted.Where(one => one.Grant.Trial == begun.Intended.Trial && one.Grant.Step == begun.Intended.Step)) awaited.Remove(new ActionPlace(begun.Intended.Step, begun.Intended.Index));
            _granted.RemoveAll(one => one.Awaited.Count == 0);
            if (_state.Phase == CampaignPhase.Aborting && !CleansUp(begun.Intended)) Cancel(begun.Intended, "the campaign is being aborted");
            Learn(begun.Intended, begun.At);
        });
        Receive<Grant>(Take);
        Receive<Withdrawn>(withdrawn =>
        {
            if (!ReferenceEquals(withdrawn.For, _life)) return;
            _granted.RemoveAll(one => one.Grant.Number == withdrawn.Number);
            _state = _state.Unstationed(trial => _granted.Any(one => one.Grant.Trial == trial));
            Pursue();
        });
        Receive<OutOf>(
            missing => Record(new TrialWaits(missing.Trial, missing.Consumable, missing.Reason)),
            missing => _state.Phase is CampaignPhase.Running or CampaignPhase.Aborting && _granted.All(one => one.Grant.Trial != missing.Trial) && _state.UnderWay.Any(trial => trial.Number == missing.Trial && trial.Waits?.For != missing.Consumable));
        Receive<OutOf>(_ => { });
        Receive<Obstructed>(obstructed => Record(new CampaignPaused(_state.Pausing is { Now: true } asked ? $"{asked.Asked}; {obstructed.Reason}" : obstructed.Reason)), _ => _state.Phase == CampaignPhase.Running && _granted.Count == 0);
        Receive<Obstructed>(_ => { });
        Receive<ActionConcluded>(concluded =>
        {
            if (_state.Trials.ElementAtOrDefault(concluded.Ended.Trial - 1)?.Actions.GetValueOrDefault(new ActionPlace(concluded.Ended.Step, concluded.Ended.Index)) is { } action && action.Intent.Action == concluded.Ended.Action)
                _crew.Scheduler.Tell(new SchedulerMessage.Concluded(_id, action.Intent.Instrument, concluded.Ended.Action, concluded.Ended.Result, concluded.At) { IsCarriage = concluded.Ended.Index == ActionPlace.Carry });
            Learn(concluded.Ended, concluded.At);
        });
        Receive<TrialAnalysed>(analysed => Record(Judge(analysed)), analysed => WantsAnalysisOf(analysed.Trial));
        Receive<AnalysisFailed>(Record, failed => WantsAnalysisOf(failed.Trial));
        Receive<TrialAnalysed>(analysed => Forget(analysed.Trial));       // from before a restart, or come while it rests: asked for again
        Receive<AnalysisFailed>(failed => Forget(failed.Trial));
        Receive<CampaignRequest.Change>(change => { if (change.Order.Campaign == _id) Sender.Tell(Change(change.Order)); });
        Receive<CampaignRequest.Pause>(_ => Pause());
        Receive<CampaignRequest.SafeMode>(GoSafe);
        Receive<InstrumentNotice.Showed>(shown => See(_watch.With(shown.Instrument, shown.Property, shown.Value, _clock.GetUtcNow())));
        Receive<InstrumentList>(seen => See(seen.Instruments.SelectMany(view => view.Properties.Select(property => (view.Birth.Instrument, property.Key, property.Value)))
            .Aggregate(_watch, (watch, shown) => watch.With(shown.Instrument, shown.Key, shown.Value, _clock.GetUtcNow()))));
        Receive<WakeUp>(_ =>
        {
            _alarmAt = null;        // a timer may be early; then there is another
            Watch(_watch);
            Pursue();
        });
        Receive<CampaignRequest.Abort>(abort =>
        {
            if (_state.Phase is not (CampaignPhase.Ended or CampaignPhase.Aborting)) Abort(new AbortRequested(abort.Reason));
        });
    }

    private NextStep.Propose? Wanted => Outstanding(pauseWanted: false).OfType<NextStep.Propose>().FirstOrDefault();

    protected override void PreStart()
    {
        if (!_watch.IsEmpty)
        {
            Context.System.EventStream.Subscribe(Self, typeof(InstrumentNotice.Showed));
            _crew.Bench.Tell(BenchMessage.GetInstruments.Instance);
        }

        // From before a restart, and perhaps heard by nobody.
        if (_state is { Phase: CampaignPhase.Running, SafeMode: { } safe }) Context.Parent.Tell(new CampaignRequest.SafeMode(safe));
        Pursue();
    }

    protected override void PostStop()
    {
        if (!_watch.IsEmpty) Context.System.EventStream.Unsubscribe(Self);
        _alarm?.Dispose();
    }

    /// <summary>Suspends the campaign where a property has left its band, and lets it go on where all have been back for long enough.</summary>
    private void Watch(SuspensionWatch watch)
    {
        _watch = watch.At(_clock.GetUtcNow());
        if (_state.Phase == CampaignPhase.Running && (_watch.Why is null) != (_state.Suspended is null))
            Record(_watch.Why is { } why ? new CampaignSuspended(why) : new CampaignContinued($"it has been well again for long enough: {_state.Suspended}"));
    }

    private void See(SuspensionWatch watch)
    {
        Watch(watch);
        if (_watch.Next is { } next && !(_alarmAt <= next)) WakeAt(next);
    }

    /// <param name="now">When it was looked what is outstanding; what was due then has been seen to.</param>
    private DateTimeOffset? Alarm(DateTimeOffset now) => new[] { _state.PauseUntil > now ? _state.PauseUntil : null, _watch.Next, LateStep.Next(_state, now), _earlier.Until > now ? _earlier.Until : null, _state.OutOfTimeAt > now ? _state.OutOfTimeAt : null, TrialErrors.NextAnalysis(_state, now) }.Min();

    private ImmutableArray<NextStep> Outstanding(bool pauseWanted) => Outstanding(_clock.GetUtcNow(), pauseWanted);

    /// <summary>Kept from one question to the next: several are asked about the same state at one moment.</summary>
    private ImmutableArray<NextStep> Outstanding(DateTimeOffset now, bool pauseWanted)
    {
        if (_outstanding is { } last && ReferenceEquals(last.Of, _state) && last.At == now && last.PauseWanted == pauseWanted) return last.Steps;
        var steps = _state.Outstanding(now, _places, pauseWanted);
        _outstanding = (_state, now, pauseWanted, steps);
        return steps;
    }

    private bool WantsAnalysisOf(int trial) => _state.UnderWay.Any(one => one.Number == trial) && Outstanding(pauseWanted: false).OfType<NextStep.Analyse>().Any(analyse => analyse.Trial.Number == trial);

    private void Take(TrialSuggested suggested)
    {
        // One from before a restart was asked for again; one for which there is no place now is asked for when there is.
        if (Wanted is { } wanted && wanted.Trial == suggested.Proposal.Trial) Record(suggested.Proposal with { Station = wanted.Station });
        else if (suggested.Proposal.Trial > _state.Trials.Count) _asked.Remove(suggested.Proposal.Trial);
    }

    /// <summary>With trials under way that is for now: one that a person ends gives its values back.</summary>
    private void Exhausted(NothingLeft nothing)
    {
        if (Wanted is not { } wanted) return;
        if (!_state.UnderWay.Any()) Record(new CampaignEnded(CampaignEnd.SpaceExhausted, nothing.Reason, _state.Best?.Number));
        else _asked.Remove(wanted.Trial);
    }

    private void Record(LabEvent happened)
    {
        var entry = _ledger.Append(_id, [happened])[0];
        Learn(happened, entry.At);
    }

    private void Learn(LabEvent happened, DateTimeOffset at)
    {
        var wasRunning = _state.Phase == CampaignPhase.Running;
        _state = _state.Apply(happened, at);
        if (happened is CampaignResumed or PauseWithdrawn) _pauseWanted = false;
        if (happened is ActionEnded ended) _earlier.Ended(ended.Action);
        if (happened is CampaignResumed)
        {
            _asked.Clear();     // as after a restart: of what nobody knew, somebody may know now
            _earlier.TakenUp(_state, _clock.GetUtcNow());
        }

        Context.System.EventStream.Publish(new CampaignChanged(_state));
        if (happened is ReactionChosen { Reaction: Reaction.SafeMode }) Context.Parent.Tell(new CampaignRequest.SafeMode(_state.SafeMode!));
        if (_state.Phase == CampaignPhase.Running && !wasRunning) Watch(_watch);       // what was shown while it rested
        Pursue();
    }

    /// <summary>One that waits for somebody until a certain time, or for a property, rests for good now.</summary>
    private void Pause()
    {
        _pauseWanted = true;
        if (_state.PauseUntil is not null) Record(new CampaignPaused(_state.PauseReason!));
        else Pursue();
    }

    /// <summary>Whatever it does itself: the campaign whose rule it was rests already when it hears of it, and one that rests or cleans up has its instruments in the lab, too.</summary>
    private void GoSafe(CampaignRequest.SafeMode safe)
    {
        if (_state.Phase == CampaignPhase.Ended) return;
        foreach (var instrument in _places.Instruments) _crew.Bench.Tell(new BenchMessage.MakeSafe(instrument, $"the lab's safe mode: {safe.Reason}"));
        if (_state.Phase == CampaignPhase.Running) Record(new SafeModeEntered(safe.Reason));
        else if (_state.PauseUntil is not null) Record(new CampaignPaused(_state.PauseReason!));
    }

    /// <summary>Looks again at a time at which nobody else says anything.</summary>
    private void WakeAt(DateTimeOffset? at)
    {
        if (_alarmAt == at) return;
        _alarm?.Dispose();
        (_alarm, _alarmAt) = (null, at);
        if (at is not { } time) return;
        var (self, wait) = (Self, time - _clock.GetUtcNow());
        _alarm = _clock.CreateTimer(_ => self.Tell(WakeUp.Now, ActorRefs.NoSender), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sees to what is outstanding. Each thing is asked for once; after a restart nothing has been asked for, and all is asked again.</summary>
    private void Pursue()
    {
        var now = _clock.GetUtcNow();
        var outstanding = Outstanding(now, _pauseWanted);
        WakeAt(Alarm(now));

        // What was granted is about to happen: a trial is closed, and the campaign rests, when it has.
        if (outstanding is [NextStep.Record record] && _granted.Any(one => IsBefore(record.Event, one.Grant)))
        {
            Declare([]);
            return;
        }

        foreach (var wanted in outstanding) Pursue(wanted);
        if (outstanding is not [NextStep.Record]) Declare(outstanding);     // what was recorded has been followed up already
    }

    private static bool IsBefore(LabEvent happened, Grant grant) => happened switch
    {
        TrialFailed failed => failed.Trial == grant.Trial,
        TrialAbandoned abandoned => abandoned.Trial == grant.Trial,
        SampleLost lost => lost.Trial == grant.Trial,
        _ => happened is CampaignPaused,
    };

    private void Pursue(NextStep wanted)
    {
        switch (wanted)
        {
            case NextStep.Record record:
                Record(record.Event);
                break;
            case NextStep.Propose propose when _asked.Add(propose.Trial):
                _crew.Planner.Tell(new SuggestTrial(_state, propose.Trial));
                break;
            case NextStep.Act act:
                foreach (var request in act.Actions.Where(request => request.IsOnRecord)) Perform(request);
                break;
            case NextStep.Analyse analyse when _asked.Add(AnalysisOf(analyse.Trial)):
                _crew.Analyst.Tell(new AnalyseTrial(_state.Plan, analyse.Trial));
                break;
        }
    }

    /// <summary>One action may serve several trials of a campaign, and each hears of its end.</summary>
    private static object PartOf(ActionIntended intent) => (intent.Action, intent.Trial);

    private void Perform(ActionRequest request)
    {
        if (!_asked.Add(PartOf(request.Intent))) return;
        _crew.Bench.Tell(new BenchMessage.Perform(_id, request));
        if (_state.Phase == CampaignPhase.Aborting && !CleansUp(request.Intent)) Cancel(request.Intent, "the campaign is being aborted");
    }

    /// <summary>Tells the scheduler how far the trials are, where that has changed or a grant is to be answered.</summary>
    private void Declare(ImmutableArray<NextStep> outstanding)
    {
        var trials = _tasks.Of(_state, outstanding, [.. _granted.Select(one => one.Grant)]);
        var comesBack = _state.PauseUntil is not null || (_state.Suspended is not null && _state.Phase == CampaignPhase.Running);
        var wantsRest = _state is { Phase: CampaignPhase.Running, Pausing.Now: true };
        var (isOver, awaitsEarlier) = (_state.Phase == CampaignPhase.Ended, _earlier.Until > _clock.GetUtcNow());
        if (_declared is { } last && last.Heard == _heard && last.ComesBack == comesBack && last.WantsRest == wantsRest && last.AwaitsEarlier == awaitsEarlier && last.IsOver == isOver && ReferenceEquals(last.Drawn, _state.Drawn.Totals) && last.Trials.Length == trials.Length && last.Trials.Zip(trials).All(pair => pair.First.IsLike(pair.Second))) return;
        _declared = new SchedulerMessage.Declare(_id, trials, _state.Durations.Used, _heard, _life) { Drawn = _state.Drawn.Totals, Owner = _state.Started.Owner, IsOver = isOver, ComesBack = comesBack, WantsRest = wantsRest, AwaitsEarlier = awaitsEarlier };
        _crew.Scheduler.Tell(_declared);
    }

    /// <summary>A grant is taken where the step is still wanted as it was declared, and nothing of it has begun.</summary>
    private void Take(Grant grant)
    {
        if (!ReferenceEquals(grant.For, _life)) return;     // from before a restart
        _heard = grant.Number;
        var outstanding = Outstanding(_pauseWanted);
        if (outstanding.OfType<NextStep.Act>().FirstOrDefault(act => act.Trial == grant.Trial && act.Step == grant.Step && act.MayBegin) is { } wanted && ReferenceEquals(grant.Job, _tasks.JobOf(grant.Trial)) && !IsHeldBack(grant.Trial))
        {
            if (grant is Grant.Carry carry) Take(carry);
            else Take((Grant.Begin)grant, wanted.Actions);
        }

        if (outstanding is [NextStep.Record]) Pursue();     // it came too late
        else Declare(outstanding);
    }

    private bool IsHeldBack(int number) => _state.Trials[number - 1] is var trial && (_state.IsHeld || trial.IsHeld) && trial.Actions.IsEmpty && _granted.All(one => one.Grant.Trial != number);

    private void Take(Grant.Begin begin, ImmutableArray<ActionRequest> actions)
    {
        if (actions.IsEmpty) return;
        if (_state.Trials[begin.Trial - 1].Station is null && _tasks.StationOf(begin) is { } station) begin = Stationed(begin, station);
        var instruments = _tasks.InstrumentsOf(begin.Trial, begin.Step, begin.Way);
        _granted.Add((begin, [.. actions.Select(action => new ActionPlace(begin.Step, action.Intent.Index))]));
        foreach (var (k, action) in actions.Index())
        {
            var instrument = instruments[action.Intent.Index];
            var draws = _places.Lab.Draws.Of(instrument, action.Intent.Command, action.Intent.Arguments);
            var request = action with { Intent = action.Intent with { Instrument = instrument, At = begin.Position, Draws = draws.IsEmpty ? null : draws, Waited = k > 0 || begin.Waited.IsEmpty ? null : begin.Waited, SetUp = begin.SetUp.Contains(instrument) ? _places.Lab.SetUpOf(instrument).TotalSeconds : null } };
            if (begin.IsShared) _crew.Scheduler.Tell(new SchedulerMessage.Ready(_id, begin.Number, request));
            else Perform(request);
        }
    }

    /// <summary>On record before anything is intended: which vessel is the trial's must be known after a restart, too.</summary>
    private Grant.Begin Stationed(Grant.Begin begin, string station)
    {
        var entry = _ledger.Append(_id, [new TrialStationed(begin.Trial, station)])[0];
        _state = _state.Apply(entry.Event, entry.At);
        Context.System.EventStream.Publish(new CampaignChanged(_state));
        return _tasks.Stationed(_state, begin);
    }

    private void Take(Grant.Carry carry)
    {
        var attempt = _state.Trials[carry.Trial - 1].Actions.TryGetValue(new ActionPlace(carry.Step, ActionPlace.Carry), out var earlier) ? earlier.Attempt + 1 : 1;
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("from", new Quantity(carry.From, Unit.One)).Add("to", new Quantity(carry.To, Unit.One));
        _granted.Add((carry, [new ActionPlace(carry.Step, ActionPlace.Carry)]));
        Perform(new ActionRequest(
            new ActionIntended(ActionId.Derive(_id, carry.Trial, carry.Step, ActionPlace.Carry, attempt), carry.Trial, carry.Step, ActionPlace.Carry, carry.Carrier, carry.Command, arguments, _clock.GetUtcNow() + _state.Plan.Limits.CleanUp, carry.To) { Waited = carry.Waited.IsEmpty ? null : carry.Waited },
            IsOnRecord: false));
    }

    private LabEvent Judge(TrialAnalysed analysed)
    {
        var goal = _state.Plan.Goal;
        var goesOn = Outstanding(pauseWanted: false).OfType<NextStep.Act>().Any(act => act.Trial == analysed.Trial);
        if (goal.Quantities.FirstOrDefault(name => !analysed.Outputs.ContainsKey(name)) is { } missing)
        {
            var (why, place) = ($"the analysis gave no '{missing}'", _state.Plan.Analyses.IndexOf(_state.Plan.Analyses.First(analysis => analysis.Outputs.Any(output => output.Name == missing))));
            // A trial that has not cleaned up yet is not over; it fails when it has.
            return goesOn ? new AnalysisFailed(analysed.Trial, place, _state.Plan.Analyses[place].Analyst, CauseCode.Unachievable, why) : new TrialFailed(analysed.Trial, CauseCode.Unachievable, why);
        }

        var (objective, models) = (analysed.Outputs[goal.Objective.Name].Value, analysed.Models.IsEmpty ? default(ImmutableArray<ModelUse>?) : analysed.Models);
        return goesOn ? new TrialKnown(analysed.Trial, analysed.Outputs, objective, models) : new TrialMeasured(analysed.Trial, analysed.Outputs, objective, models);
    }

    private static object AnalysisOf(TrialState trial) => ("analysis", trial.Number, trial.Analyses.Values.Sum(failed => failed.Attempt));

    private void Forget(int trial)
    {
        if (_state.Trials.ElementAtOrDefault(trial - 1) is { } known) _asked.Remove(AnalysisOf(known));
    }

    private void Abort(AbortRequested abort)
    {
        foreach (var action in _state.UnderWay.SelectMany(trial => trial.Actions.Values).Where(action => action.IsOpen)) Cancel(action.Intent, abort.Reason);
        Record(abort);
    }

    private QueueReply Change(QueueOrder order)
    {
        var (happened, words) = QueueDecision.Decide(_state, order, _granted.Any(one => order.Trial is null || one.Grant.Trial == order.Trial));
        if (happened is AbortRequested abort) Abort(abort);
        else if (happened is not null) Record(happened);
        return new QueueReply(happened is not null, words);
    }

    private sealed record WakeUp
    {
        public static readonly WakeUp Now = new();
    }

    private bool CleansUp(ActionIntended intent) => _state.Plan.Steps.Any(step => step.Always && step.Name == intent.Step);

    /// <summary>What others share goes on, and so does a sample that is being carried.</summary>
    private void Cancel(ActionIntended intent, string reason)
    {
        if (intent.Shared is null && intent.Index != ActionPlace.Carry) _crew.Bench.Tell(new BenchMessage.Cancel(intent.Instrument, intent.Action, reason));
    }
}

/// <summary>The colleagues of a campaign.</summary>
internal sealed record CampaignCrew(IActorRef Planner, IActorRef Bench, IActorRef Analyst, IActorRef Scheduler);
