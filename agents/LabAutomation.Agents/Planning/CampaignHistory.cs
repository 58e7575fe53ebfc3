using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Planning;

/// <summary>
/// A campaign's record as a study: measured trials with all that goal and limits need, also those that still clean up, failed ones with their reason, and the others under way
/// as pending. An abandoned trial counts as chosen until another one has ended; then its values are free again.
/// </summary>
public static class CampaignHistory
{
    /// <exception cref="StudyException">No point of the space is feasible.</exception>
    public static Study ToStudy(CampaignState state) => ToStudy(state, new TrialsTold());

    /// <inheritdoc cref="ToStudy(CampaignState)"/>
    /// <param name="told">Of this campaign.</param>
    internal static Study ToStudy(CampaignState state, TrialsTold told) => told.Study(state.Plan).With(
        told.Of(state, IsTold, ended => Told(state.Plan, ended)),
        state.UnderWay.Where(trial => !IsTold(trial)).Select(trial => new PendingTrial(trial.Number, state.Plan.ToPoint(trial.Values))),
        state.Trials.Count,
        state.LatestFirst.TakeWhile(trial => trial.Outcome is not (TrialOutcome.Measured or TrialOutcome.Failed)).Where(trial => trial.Outcome is not null)
            .Reverse().Select(trial => new PendingTrial(trial.Number, state.Plan.ToPoint(trial.Values))));

    /// <summary>What a campaign asks of a diagnosis: its goal, and the trials that its file leaves.</summary>
    /// <param name="told">Trials that have ended.</param>
    public static DiagnosisQuestion Question(CampaignPlan plan, int told) =>
        new() { Goal = plan.Goal.Until.Reached, Remaining = Math.Max(0, plan.Goal.Until.Trials - told) };

    private static bool IsTold(TrialState trial) => trial.Outcome is TrialOutcome.Measured or TrialOutcome.Failed || trial is { Outcome: null, Known: not null };

    private static StudyTrial Told(CampaignPlan plan, TrialState trial)
    {
        var planned = plan.ToPoint(trial.Values);
        if (trial.Given is not { } measured) return new StudyTrial(planned, null, ((TrialOutcome.Failed)trial.Outcome!).Reason);
        var goal = plan.Goal;
        var values = goal.Quantities.ToImmutableSortedDictionary(name => name, name => measured.Of(name, goal), StringComparer.Ordinal);
        var sds = goal.Quantities.Where(name => measured.Outputs.TryGetValue(name, out var output) && output.Sd is not null)
            .ToImmutableSortedDictionary(name => name, name => measured.Outputs[name].Sd!.Value, StringComparer.Ordinal);
        var achieved = Achieved(plan, trial, planned);
        return new StudyTrial(achieved, values, null, sds.IsEmpty ? null : sds) { Asked = achieved.Equals(planned) ? null : planned };
    }

    /// <summary>
    /// Where a trial was made: an instrument that was given a parameter as it is (<c>volume: =cyan</c>) and reports an output of that name
    /// says what it really was. Where recipes add up, or are the only ones there are, what a pump missed by a little is no recipe any more, and the planned one counts.
    /// </summary>
    private static Point Achieved(CampaignPlan plan, TrialState trial, Point planned)
    {
        if (plan.HasExactRecipes) return planned;
        var coordinates = planned.Coordinates.ToArray();
        for (var d = 0; d < coordinates.Length; d++)
        {
            if (plan.Parameters[d] is not RealParameter real) continue;
            double[] reported = [.. Reports(plan, trial, d, real)];
            if (reported.Length > 0) coordinates[d] = Math.Clamp(reported.Average(), real.Low, real.High);
        }

        return new Point([.. coordinates]);
    }

    private static IEnumerable<double> Reports(CampaignPlan plan, TrialState trial, int dimension, RealParameter parameter)
    {
        foreach (var step in plan.Steps)
        {
            for (var index = 0; index < step.Actions.Length; index++)
            {
                if (!trial.Actions.TryGetValue(new ActionPlace(step.Name, index), out var action) || !action.HasSucceeded) continue;
                foreach (var (name, formula) in step.Actions[index].Arguments)
                {
                    if (formula.Root is Coordinate given && given.Dimension == dimension && action.Result!.Outputs.TryGetValue(name, out var output) && output.Unit.Fits(parameter.Unit))
                        yield return output.In(parameter.Unit);
                }
            }
        }
    }
}
