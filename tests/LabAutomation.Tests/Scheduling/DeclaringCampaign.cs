using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Scheduling;

/// <summary>A campaign's part, as its actor plays it.</summary>
internal sealed class DeclaringCampaign
{
    private readonly CampaignPlaces _places;
    private readonly TrialTasks _tasks;
    private CampaignState _state;
    private long _heard;

    public DeclaringCampaign(string id, string text, LabStations lab, DateTimeOffset now)
    {
        var plan = CampaignFile.Parse(text, "synthesis.yaml");
        _places = lab.For(plan);
        _tasks = new TrialTasks(_places);
        _state = new CampaignState(id, plan, new CampaignStarted("synthesis.yaml", text, "", 1, "random", 8, "bench", ImmutableSortedDictionary<string, string>.Empty), now);
    }

    public void Propose(TrialValues values, DateTimeOffset now) => Happens(new TrialProposed(_state.Trials.Count + 1, values, null, null, null, "test"), now);

    public SchedulerMessage.Declare Declare(long heard = 0)
    {
        _heard = Math.Max(_heard, heard);
        return new SchedulerMessage.Declare(_state.Id, _tasks.Of(_state, _state.Outstanding(_state.LastAt, _places), []), 0, _heard, this);
    }

    public Job JobOf(int trial) => _tasks.JobOf(trial)!;

    public void Rest() => Happens(new CampaignPaused("asked for"), _state.LastAt);

    public void Hold() => Happens(new QueueChanged("ada", "operator", "later", Hold: true), _state.LastAt);

    public void LetGo() => Happens(new QueueChanged("ada", "operator", "now", Hold: false), _state.LastAt);

    public void Begin(Grant grant, DateTimeOffset now)
    {
        if (grant is Grant.Carry carry)
        {
            Happens(new ActionIntended(ActionId.Derive(_state.Id, carry.Trial, carry.Step, -1, 1), carry.Trial, carry.Step, ActionPlace.Carry, carry.Carrier, carry.Command, ImmutableSortedDictionary<string, Quantity>.Empty.Add("from", new Quantity(carry.From, Unit.One)), now, carry.To), now);
            return;
        }

        var begin = (Grant.Begin)grant;
        var act = _state.Outstanding(now, _places).OfType<NextStep.Act>().Single(act => act.Trial == begin.Trial && act.Step == begin.Step);
        foreach (var request in act.Actions) Happens(request.Intent with { Instrument = _tasks.InstrumentsOf(begin.Trial, begin.Step, begin.Way)[request.Intent.Index], At = begin.Position, SetUp = begin.SetUp.IsEmpty ? null : _places.Lab.SetUpOf(begin.SetUp[0]).TotalSeconds }, now);
    }

    public void End(DateTimeOffset now, bool isHeated)
    {
        foreach (var action in _state.UnderWay.SelectMany(trial => trial.Actions.Values).Where(action => action.IsOpen && (isHeated || action.Intent.Command != "heat")).ToArray())
        {
            var result = new ResultFrame(action.Intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], action.IntendedAt, now, 1);
            Happens(new ActionEnded(action.Intent.Action, action.Intent.Trial, action.Intent.Step, action.Intent.Index, result), now);
        }
    }

    /// <summary>What is under way comes to an end that nobody knows, and the campaign rests.</summary>
    public void Lose()
    {
        foreach (var action in _state.UnderWay.SelectMany(trial => trial.Actions.Values).Where(action => action.IsOpen).ToArray())
        {
            var result = new ResultFrame(action.Intent.Action, ActionStatus.UnknownOutcome, CauseCode.LinkLost, "halted", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], action.IntendedAt, _state.LastAt, 1);
            Happens(new ActionEnded(action.Intent.Action, action.Intent.Trial, action.Intent.Step, action.Intent.Index, result), _state.LastAt);
        }

        while (Next(_state.LastAt) is [NextStep.Record { Event: ReactionChosen or CampaignPaused } record]) Happens(record.Event, _state.LastAt);
    }

    /// <summary>The arm that carries closes on nothing, and the campaign rests.</summary>
    public void FindNone(DateTimeOffset now)
    {
        var carriage = _state.UnderWay.SelectMany(trial => trial.Actions.Values).Single(action => action.IsOpen);
        var result = new ResultFrame(carriage.Intent.Action, ActionStatus.Failed, CauseCode.Unachievable, "nothing stands there", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], carriage.IntendedAt, now, 1);
        Happens(new ActionEnded(carriage.Intent.Action, carriage.Intent.Trial, carriage.Intent.Step, carriage.Intent.Index, result), now);
        while (Next(now) is [NextStep.Record { Event: ReactionChosen or CampaignPaused } record]) Happens(record.Event, now);
    }

    public void GiveUp()
    {
        foreach (var action in _state.Unknown.ToArray()) Happens(new OutcomeGivenUp(action.Intent.Action, "ada", "it hung in the gripper"), _state.LastAt);
    }

    public ImmutableArray<NextStep> Next(DateTimeOffset now) => _state.Outstanding(now, _places);

    public void Happens(LabEvent happened, DateTimeOffset now) => _state = _state.Apply(happened, now);
}
