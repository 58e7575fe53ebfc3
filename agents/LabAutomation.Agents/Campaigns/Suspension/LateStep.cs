using System.Globalization;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Whether a sample is lost because a step could not begin within its time.</summary>
internal static class LateStep
{
    /// <summary>Null where it is in time, or begins however late it is.</summary>
    /// <param name="step">One of which nothing has begun, and before which everything is done.</param>
    public static SampleLost? Of(TrialState trial, StepPlan step, CampaignPlan plan, DateTimeOffset now)
    {
        if (step is not { LosesLate: true, Within: { } within }) return null;
        var before = plan.Steps[plan.Steps.IndexOf(step) - 1].Name;
        var ended = trial.Actions.Where(pair => pair.Key.Step == before).Max(pair => pair.Value.Result?.EndedAt);
        return ended + within < now
            ? new SampleLost(trial.Number, step.Name, string.Create(CultureInfo.InvariantCulture, $"the sample is lost: '{step.Name}' was to begin within {within} of the end of '{before}', which was at {ended:u}"))
            : null;
    }
}
