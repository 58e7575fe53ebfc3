using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting.Forecasts;

/// <summary>A step that has to begin by a certain time, and did not in some trials.</summary>
/// <param name="Late">Trials in which it began later, or its sample was lost for that.</param>
/// <param name="GivenUp">Trials of which nothing was done, since it would have been late.</param>
/// <param name="Of">Trials in which it was to begin, those included.</param>
/// <param name="Soonest">From the proposal of the trial to its beginning where that was shortest; null where it never began.</param>
public sealed record MissedStarts(string Campaign, string Step, StartBy By, int Late, int GivenUp, int Of, TimeSpan? Soonest)
{
    /// <summary>Of several runs.</summary>
    public static IEnumerable<MissedStarts> Together(IEnumerable<MissedStarts> runs) => runs.GroupBy(one => (one.Campaign, one.Step))
        .Select(same => same.First() with { Late = same.Sum(one => one.Late), GivenUp = same.Sum(one => one.GivenUp), Of = same.Sum(one => one.Of), Soonest = same.Min(one => one.Soonest) });

    /// <param name="from">Trials that began earlier are left out.</param>
    internal static IEnumerable<MissedStarts> In(CampaignState state, DateTimeOffset from)
    {
        foreach (var step in state.Plan.Steps.Where(step => step.StartBy is not null))
        {
            var (late, givenUp, of, soonest) = (0, 0, 0, (TimeSpan?)null);
            foreach (var trial in state.Trials.Where(trial => trial.StartedAt >= from))
            {
                var (by, begun) = (step.StartBy!.Of(trial), LateSteps.Begun(trial, step));
                var (isLost, isGivenUp) = (trial.Lost?.Step == step.Name, trial.Actions.IsEmpty && trial.Outcome is TrialOutcome.Abandoned && step.LosesLate && trial.EndedAt >= by);
                if (begun is null && !isLost && !isGivenUp) continue;
                of++;
                if (isGivenUp) givenUp++;
                if (isLost || begun > by) late++;
                if (begun - trial.StartedAt is { } took && !(soonest < took)) soonest = took;
            }

            if (late + givenUp > 0) yield return new MissedStarts(state.Id, step.Name, step.StartBy!, late, givenUp, of, soonest);
        }
    }
}
