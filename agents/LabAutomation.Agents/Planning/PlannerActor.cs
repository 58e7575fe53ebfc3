using Akka.Actor;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;

namespace LabAutomation.Agents.Planning;

/// <summary>Turns a campaign's record into the next point to try. It keeps nothing: what it is told is in the state it is asked with.</summary>
internal sealed class PlannerActor : ReceiveActor
{
    public PlannerActor() => Receive<SuggestTrial>(asked => Sender.Tell(Suggest(asked)));

    private static object Suggest(SuggestTrial asked)
    {
        var plan = asked.State.Plan;
        var space = plan.ToSearchSpace();
        var sign = plan.Goal.Minimise ? 1 : -1;
        try
        {
            var suggestion = Planners.Create(plan).Suggest(space, Planners.History(asked.State), [], plan.Seed);
            return new TrialSuggested(new TrialProposed(
                asked.Trial, plan.ToValues(suggestion.Point), sign * suggestion.Mean, suggestion.Sd, suggestion.Acquisition, suggestion.Reason));
        }
        catch (SpaceExhaustedException exhausted)
        {
            return new NothingLeft(exhausted.Message);
        }
    }
}
