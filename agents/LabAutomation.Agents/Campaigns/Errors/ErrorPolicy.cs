using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Rules for what to do about errors, in the order in which they are asked.</summary>
public static class ErrorPolicy
{
    /// <summary>How often an action that expired before it could start is attempted again where no other rule says so.</summary>
    public const int DefaultRetries = 2;

    /// <summary>What holds where nobody says anything else. The last one is about everything and can always act, but on what nobody knows, which is the first one's.</summary>
    public static ImmutableArray<ErrorRule> Default { get; } = Named("default",
    [
        new([ErrorWords.UnknownOutcome, ErrorWords.EmergencyStop], Reaction.Prompt),
        new([ErrorWords.Expired], Reaction.Retry) { Times = DefaultRetries },
        new([ErrorWords.CleaningUp], Reaction.Prompt),
        new([ErrorWords.Any], Reaction.Replan),
    ]);

    /// <summary>The rules for a step, or for an analysis, the most specific first.</summary>
    /// <param name="lab">Those of the lab.</param>
    public static IEnumerable<ErrorRule> For(StepPlan step, CampaignPlan plan, ImmutableArray<ErrorRule> lab) => [.. step.Errors, .. plan.Errors, .. lab, .. Default];

    /// <inheritdoc cref="For(StepPlan, CampaignPlan, ImmutableArray{ErrorRule})"/>
    public static IEnumerable<ErrorRule> For(AnalysisPlan analysis, CampaignPlan plan, ImmutableArray<ErrorRule> lab) => [.. analysis.Errors, .. plan.Errors, .. lab, .. Default];

    /// <summary>Rules with the names by which the record speaks of them.</summary>
    public static ImmutableArray<ErrorRule> Named(string level, IEnumerable<ErrorRule> rules) => [.. rules.Select((rule, index) => rule with { Name = $"{level} rule {index + 1}" })];
}
