using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting.Forecasts;

/// <summary>A step that has to begin within a time, and did not in some trials.</summary>
/// <param name="After">The step from whose end the time counts.</param>
/// <param name="Late">Trials in which it began later, or its sample was lost for that.</param>
/// <param name="Of">Trials in which it was to begin.</param>
/// <param name="Shortest">Between the two where it was shortest; null where it never began.</param>
public sealed record LateSteps(string Campaign, string Step, string After, TimeSpan Within, int Late, int Of, TimeSpan? Shortest)
{
    /// <summary>Of several runs.</summary>
    public static IEnumerable<LateSteps> Together(IEnumerable<LateSteps> runs) => runs.GroupBy(one => (one.Campaign, one.Step, one.After))
        .Select(same => same.First() with { Late = same.Sum(one => one.Late), Of = same.Sum(one => one.Of), Shortest = same.Min(one => one.Shortest) });

    /// <param name="from">Trials that began earlier are left out.</param>
    internal static IEnumerable<LateSteps> In(CampaignState state, DateTimeOffset from)
    {
        foreach (var step in state.Plan.Steps.Where(step => step.Within is not null))
        {
            var after = LateStep.Before(step, state.Plan);
            var (late, of, shortest) = (0, 0, (TimeSpan?)null);
            foreach (var trial in state.Trials.Where(trial => trial.StartedAt >= from && !(step.Always && trial.IsSpoilt)))
            {
                var isLost = trial.Lost?.Step == step.Name;
                if (!isLost && Waited(trial, step, after) is null) continue;
                of++;
                if (isLost || Waited(trial, step, after) > step.Within) late++;
                if (Waited(trial, step, after) is { } waited && !(shortest < waited)) shortest = waited;
            }

            if (late > 0) yield return new LateSteps(state.Id, step.Name, after, step.Within!.Value, late, of, shortest);
        }
    }

    /// <summary>From the end of the one to the beginning of the other; null where either is not on record.</summary>
    private static TimeSpan? Waited(TrialState trial, StepPlan step, string after)
    {
        var ended = trial.Actions.Where(action => action.Key.Step == after).Select(action => action.Value.Result?.EndedAt).ToArray();
        return ended.Length == 0 || ended.Contains(null) ? null : Begun(trial, step) - ended.Max();
    }

    /// <summary>Null where it has not.</summary>
    internal static DateTimeOffset? Begun(TrialState trial, StepPlan step) =>
        trial.Actions.Where(action => action.Key.Step == step.Name && (action.Key.Index != ActionPlace.Carry || step.Actions.IsEmpty)).Select(action => (DateTimeOffset?)action.Value.IntendedAt).Min();
}
