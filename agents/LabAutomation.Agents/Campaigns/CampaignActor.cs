using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Records;
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
    private CampaignState _state;
    private bool _pauseWanted;

    public CampaignActor(string id, Ledger ledger, CampaignCrew crew, LabStations stations, TimeProvider clock)
    {
        (_id, _ledger, _crew, _clock) = (id, ledger, crew, clock);
        _state = CampaignState.Replay(ledger.Read(id));
        _places = stations.For(_state.Plan);

        Receive<TrialSuggested>(Take);
        Receive<NothingLeft>(Exhausted);
        Receive<ActionBegun>(begun =>
        {
            if (_state.Phase == CampaignPhase.Aborting && !CleansUp(begun.Intended)) Cancel(begun.Intended, "the campaign is being aborted");
            Learn(begun.Intended, begun.At);
        });
        Receive<ActionConcluded>(concluded => Learn(concluded.Ended, concluded.At));
        Receive<TrialAnalysed>(analysed => Record(Judge(analysed)), analysed => WantsAnalysisOf(analysed.Trial));
        Receive<AnalysisFailed>(failed => Record(new TrialFailed(failed.Trial, CauseCode.Unachievable, failed.Reason)), failed => WantsAnalysisOf(failed.Trial));
        Receive<TrialAnalysed>(_ => { });       // from before a restart: asked for again, answered twice
        Receive<AnalysisFailed>(_ => { });
        Receive<CampaignRequest.Pause>(_ => _pauseWanted = true);
        Receive<CampaignRequest.Abort>(Abort);
    }

    private NextStep.Propose? Wanted => Outstanding(pauseWanted: false).OfType<NextStep.Propose>().FirstOrDefault();

    protected override void PreStart() => Pursue();

    private ImmutableArray<NextStep> Outstanding(bool pauseWanted) => _state.Outstanding(_clock.GetUtcNow(), _places, pauseWanted);

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
        _state = _state.Apply(happened, at);
        Context.System.EventStream.Publish(new CampaignChanged(_state));
        Pursue();
    }

    /// <summary>Sees to what is outstanding. Each thing is asked for once; after a restart nothing has been asked for, and all is asked again.</summary>
    private void Pursue()
    {
        foreach (var wanted in Outstanding(_pauseWanted)) Pursue(wanted);
    }

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
                foreach (var request in act.Actions.Where(request => _asked.Add(request.Intent.Action)))
                {
                    _crew.Bench.Tell(new BenchMessage.Perform(_id, request));
                    if (_state.Phase == CampaignPhase.Aborting && !CleansUp(request.Intent)) Cancel(request.Intent, "the campaign is being aborted");
                }

                break;
            case NextStep.Analyse analyse when _asked.Add(("analysis", analyse.Trial.Number)):
                _crew.Analyst.Tell(new AnalyseTrial(_state.Plan, analyse.Trial));
                break;
        }
    }

    private LabEvent Judge(TrialAnalysed analysed)
    {
        var goal = _state.Plan.Goal;
        return goal.Quantities.FirstOrDefault(name => !analysed.Outputs.ContainsKey(name)) is { } missing
            ? new TrialFailed(analysed.Trial, CauseCode.Unachievable, $"the analysis gave no '{missing}'")
            : new TrialMeasured(analysed.Trial, analysed.Outputs, analysed.Outputs[goal.Objective.Name].Value, analysed.Models.IsEmpty ? null : analysed.Models);
    }

    private void Abort(CampaignRequest.Abort abort)
    {
        if (_state.Phase is CampaignPhase.Ended or CampaignPhase.Aborting) return;
        foreach (var action in _state.UnderWay.SelectMany(trial => trial.Actions.Values).Where(action => action.IsOpen))
            Cancel(action.Intent, abort.Reason);
        Record(new AbortRequested(abort.Reason));
    }

    private bool CleansUp(ActionIntended intent) => _state.Plan.Steps.Any(step => step.Always && step.Name == intent.Step);

    private void Cancel(ActionIntended intent, string reason) => _crew.Bench.Tell(new BenchMessage.Cancel(intent.Instrument, intent.Action, reason));
}

/// <summary>The colleagues of a campaign.</summary>
internal sealed record CampaignCrew(IActorRef Planner, IActorRef Bench, IActorRef Analyst);
