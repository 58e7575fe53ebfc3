using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Planning;

/// <summary>Turns a campaign's record into the next point to try. What it is told is in the state it is asked with; it keeps only what it has read of that.</summary>
internal sealed class PlannerActor : ReceiveActor
{
    /// <summary>Of those that have ended nothing is needed any more; all begin anew where there are more.</summary>
    private const int MostCampaigns = 200;

    private readonly Dictionary<string, TrialsTold> _told = new(StringComparer.Ordinal);

    public PlannerActor() => Receive<SuggestTrial>(asked => Sender.Tell(Suggest(asked)));

    private object Suggest(SuggestTrial asked)
    {
        try
        {
            if (_told.Count > MostCampaigns) _told.Clear();
            if (!_told.TryGetValue(asked.State.Id, out var told)) _told[asked.State.Id] = told = new TrialsTold();
            var study = CampaignHistory.ToStudy(asked.State, told);
            return new TrialSuggested(Proposed(asked, study, study.Ask(1).Proposals[0]));
        }
        catch (StudyException nothing)
        {
            return new NothingLeft(nothing.Message);
        }
    }

    private static TrialProposed Proposed(SuggestTrial asked, Study study, Proposal proposal)
    {
        var plan = asked.State.Plan;
        var first = proposal.Expected?[0];
        return new TrialProposed(
            asked.Trial, plan.ToValues(proposal.Point), Finite(first?.Mean), Finite(first?.Sd), Finite(proposal.Acquisition), proposal.Reason,
            plan.Goal.Quantities.Length > 1 ? Expected(plan, study.Problem, proposal) : null, proposal.Feasible < 1 ? proposal.Feasible : null, Advice: proposal.Advice,
            FailuresTold: study.Trials.Count(trial => trial.Failure is not null) is > 0 and var failures ? failures : null);
    }

    private static ImmutableSortedDictionary<string, Quantity>? Expected(CampaignPlan plan, StudyProblem problem, Proposal proposal)
    {
        if (proposal.Expected is not { } expected) return null;
        var units = plan.Analyses.SelectMany(analysis => analysis.Outputs).ToDictionary(output => output.Name, output => output.Unit);
        var quantities = problem.Measured.Zip(expected).DistinctBy(pair => pair.First).Where(pair => double.IsFinite(pair.Second.Mean) && double.IsFinite(pair.Second.Sd));
        return ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, quantities.Select(pair => KeyValuePair.Create(pair.First, new Quantity(pair.Second.Mean, units[pair.First], pair.Second.Sd))));
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
