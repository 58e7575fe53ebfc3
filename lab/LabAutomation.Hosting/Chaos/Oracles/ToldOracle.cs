using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Each failed trial is told to the planner before it proposes the next but one, no other is, and no trial is kept from it but those that a person ended, and those of which nothing was done when no more were to begin, or they could not be in time.</summary>
internal static class ToldOracle
{
    public static IEnumerable<Violation> Judge(Evidence evidence) => evidence.States.SelectMany(state => Judge(state, evidence.Entries.Where(entry => entry.Campaign == state.Id), evidence.Removed));

    private static IEnumerable<Violation> Judge(CampaignState state, IEnumerable<LedgerEntry> entries, IReadOnlySet<(string Campaign, int Trial)> removed)
    {
        var campaign = state.Id;

        // A planner is asked once the proposal before is on record: what had failed by then it must know, and nothing that has not failed by its answer.
        var (failed, failedAtAsk) = (0, 0);
        var (isAborted, isOver, byPerson, serves) = (false, false, new HashSet<int>(), new HashSet<(ActionId Action, int Trial)>());
        var endings = new Endings(state);
        foreach (var entry in entries)
        {
            endings.Hear(entry);
            switch (entry.Event)
            {
                case TrialProposed proposed when (proposed.FailuresTold ?? 0) < failedAtAsk || (proposed.FailuresTold ?? 0) > failed:
                    yield return new Violation("told", $"the planner knew of {proposed.FailuresTold ?? 0} failed trials of {campaign} when it proposed trial {proposed.Trial} in entry {entry.Seq}, and there were {(failedAtAsk == failed ? $"{failed}" : $"{failedAtAsk} to {failed}")}");
                    failedAtAsk = failed;
                    break;
                case TrialProposed:
                    failedAtAsk = failed;
                    break;
                case TrialFailed:
                    failed++;
                    break;
                case ActionIntended intent:
                    serves.Add((intent.Action, intent.Trial));
                    break;
                case ActionEnded { Result.Cause: CauseCode.EmergencyStop } stopped:
                    byPerson.Add(stopped.Trial);
                    break;
                case OutcomeGivenUp given:
                    byPerson.UnionWith(serves.Where(one => one.Action == given.Action).Select(one => one.Trial));
                    break;
                case SampleTaken taken:
                    byPerson.Add(taken.Trial);
                    break;
                case AbortRequested:
                    isAborted = true;
                    break;
                case TrialKnown known when state.Plan.Goal.IsMetBy(new TrialOutcome.Measured(known.Outputs, known.Objective)):
                case TrialMeasured measured when state.Plan.Goal.IsMetBy(new TrialOutcome.Measured(measured.Outputs, measured.Objective)):
                case FinishRequested:
                case ReactionChosen { Reaction: Reaction.CloseOut }:
                    isOver = true;
                    break;
                case TrialAbandoned abandoned when (isOver || endings.Any) && !serves.Any(one => one.Trial == abandoned.Trial):
                    break;
                case TrialAbandoned abandoned when !serves.Any(one => one.Trial == abandoned.Trial) && state.Plan.Steps.Any(step => step.LosesLate && step.StartBy?.Of(state.Trials[abandoned.Trial - 1]) < entry.At):
                    break;
                case TrialAbandoned abandoned when !isAborted && !byPerson.Contains(abandoned.Trial) && !removed.Contains((campaign, abandoned.Trial)):
                    yield return new Violation("told", $"trial {abandoned.Trial} of {campaign} is kept from the planner in entry {entry.Seq}, and no person had ended it: {abandoned.Reason}");
                    break;
            }
        }
    }
}
