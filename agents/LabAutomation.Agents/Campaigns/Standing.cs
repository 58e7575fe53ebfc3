using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How far a campaign has come, by what was measured.</summary>
internal static class Standing
{
    /// <summary>Whether a measured trial keeps the limits and is better than the best before it, where one trial is the best.</summary>
    public static bool IsBetter(Goal goal, TrialState trial, TrialState? best) =>
        goal.HasBest && goal.Keeps((TrialOutcome.Measured)trial.Outcome!) && (best is null || Costs(goal, trial)[0] < Costs(goal, best)[0]);

    public static ImmutableArray<TrialState> TradesOf(CampaignState state)
    {
        if (state.Plan.Goal is not { HasTrades: true } goal) return [];
        var kept = Kept(state).Select(trial => (Trial: trial, Costs: Costs(goal, trial))).ToArray();
        return [.. kept.Where(one => !kept.Any(other => IsBetter(other.Costs, one.Costs))).OrderBy(one => one.Costs[0]).ThenBy(one => one.Trial.Number).Select(one => one.Trial)];
    }

    /// <summary>Measured trials after the last one that became the best, or joined the trade-offs.</summary>
    public static int TrialsSinceGain(CampaignState state)
    {
        var goal = state.Plan.Goal;
        var (since, earlier) = (0, new List<double[]>());
        foreach (var trial in state.Trials.Where(trial => trial.Outcome is TrialOutcome.Measured))
        {
            var costs = Costs(goal, trial);
            var isGain = goal.Keeps((TrialOutcome.Measured)trial.Outcome!) && !earlier.Any(other => IsAsGood(other, costs));
            if (isGain) earlier.Add(costs);
            since = isGain ? 0 : since + 1;
        }

        return since;
    }

    public static string WhyReached(Goal goal, double best)
    {
        var how = goal.Objective.Aim switch
        {
            Aim.Reach reach => Text($"within {goal.Until.Within:G4} of {reach.Target:G4}"),
            Aim.Maximise => Text($"at least {goal.Until.Reached:G4}"),
            _ => Text($"at most {goal.Until.Reached:G4}"),
        };
        return Text($"{goal.Objective.Name} {best:G4} is {how}{(goal.Keep.IsEmpty ? "" : ", and all limits are kept")}");
    }

    /// <summary>By objective; of measured trials.</summary>
    public static double[] Values(Goal goal, TrialState trial) => [.. goal.Objectives.Select(objective => ((TrialOutcome.Measured)trial.Outcome!).Of(objective.Name, goal))];

    private static IEnumerable<TrialState> Kept(CampaignState state) =>
        state.Trials.Where(trial => trial.Outcome is TrialOutcome.Measured measured && state.Plan.Goal.Keeps(measured));

    private static double[] Costs(Goal goal, TrialState trial) => [.. goal.Objectives.Zip(Values(goal, trial), Goal.Cost)];

    private static bool IsBetter(double[] one, double[] other) => IsAsGood(one, other) && !IsAsGood(other, one);

    private static bool IsAsGood(double[] one, double[] other)
    {
        for (var k = 0; k < one.Length; k++)
            if (!(one[k] <= other[k])) return false;
        return true;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
