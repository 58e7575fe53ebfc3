using System.Globalization;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Whether a sample is lost because a step could not begin in time. A step begins with its actions, and not where the sample is carried to them.</summary>
internal static class LateStep
{
    /// <summary>Why, in words; null where it is in time, or begins however late it is.</summary>
    /// <param name="step">One before which everything is done, or that is still to come.</param>
    public static string? Why(TrialState trial, StepPlan step, CampaignPlan plan, DateTimeOffset now)
    {
        if (Ended(trial, step, plan) is { } ended && ended + step.Within < now)
            return string.Create(CultureInfo.InvariantCulture, $"'{step.Name}' was to begin within {step.Within} of the end of '{Before(step, plan)}', which was at {ended:u}");
        return By(trial, step) is { } by && by < now ? step.StartBy!.Missed(step.Name, by) : null;
    }

    /// <summary>When the next sample of a campaign that runs is lost if its step has not begun; null where none is to be.</summary>
    public static DateTimeOffset? Next(CampaignState state, DateTimeOffset now)
    {
        if (state.Phase != CampaignPhase.Running) return null;
        var late = state.Plan.Steps.Where(step => step.LosesLate).ToArray();
        if (late.Length == 0) return null;
        return state.UnderWay.Where(trial => !trial.IsSpoilt).SelectMany(trial => late.SelectMany(step => new[] { Ended(trial, step, state.Plan) + step.Within, By(trial, step) })).Select(at => at + TimeSpan.FromTicks(1)).Where(at => at > now).Min();
    }

    /// <summary>The step from whose end its time counts.</summary>
    public static string Before(StepPlan step, CampaignPlan plan) => step.Since ?? plan.Steps[plan.Steps.IndexOf(step) - 1].Name;

    /// <summary>Null where it has begun, or may begin late.</summary>
    private static DateTimeOffset? By(TrialState trial, StepPlan step) => step.LosesLate && !trial.Actions.Any(pair => IsBeginning(pair.Key, pair.Value, step)) ? step.StartBy?.Of(trial) : null;

    /// <summary>When that ended; null where that has not, and where the step cannot be late or has begun.</summary>
    private static DateTimeOffset? Ended(TrialState trial, StepPlan step, CampaignPlan plan)
    {
        if (step is not { LosesLate: true, Within: not null }) return null;
        var before = Before(step, plan);
        DateTimeOffset? ended = null;
        foreach (var (place, action) in trial.Actions)
        {
            if (IsBeginning(place, action, step)) return null;
            if (place.Step != before) continue;
            if (action.Result is not { } result) return null;
            if (ended is null || result.EndedAt > ended) ended = result.EndedAt;
        }

        return ended;
    }

    /// <summary>A sample that is being carried arrives first.</summary>
    private static bool IsBeginning(ActionPlace place, ActionState action, StepPlan step) => place.Step == step.Name && (place.Index != ActionPlace.Carry || step.Actions.IsEmpty || action.IsOpen);
}
