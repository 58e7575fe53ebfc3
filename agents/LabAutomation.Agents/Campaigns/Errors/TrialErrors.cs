using LabAutomation.Agents.Bench;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Which actions of a trial something must be decided about, and what is. The rules are in <see cref="ErrorDecision"/>.</summary>
internal sealed class TrialErrors(CampaignState state, CampaignPlaces places, DateTimeOffset now)
{
    private bool IsAborting => state.Phase == CampaignPhase.Aborting;

    /// <summary>The next decision about the trial; null where none is outstanding.</summary>
    public ReactionChosen? Decide(TrialState trial)
    {
        foreach (var step in state.Plan.Steps)
        {
            foreach (var (place, action) in trial.Actions)
            {
                if (place.Step != step.Name || !IsUndecided(trial, step, action)) continue;
                var failed = Failed(trial, step, place, action);
                var decision = ErrorDecision.Of(failed, ErrorPolicy.For(step, state.Plan, places.Lab.Errors), state.Rules);
                return new ReactionChosen(
                    action.Intent.Action, trial.Number, step.Name, place.Index, action.Intent.Instrument, decision.Rule.Do, decision.Rule.Name, decision.Rule.ToString(),
                    decision.Passed.IsEmpty ? null : decision.Passed, decision.NotBefore(failed), decision.Until(failed));
            }
        }

        return DecideAnalysis(trial);
    }

    private ReactionChosen? DecideAnalysis(TrialState trial)
    {
        if (IsAborting || trial.IsSpoilt) return null;
        foreach (var (index, analysis) in trial.Analyses)
        {
            if (!analysis.IsUndecided) continue;
            var (failure, plan) = (analysis.Failure, state.Plan.Analyses[index]);
            var failed = new FailedAction(trial.Number, failure.Analyst, ErrorWords.Of(failure), analysis.Reactions) { Now = now, MayBeRepeated = true, IsNeededFor = plan.NeededBy(state.Plan.Goal) is { } needed ? $"the goal needs '{needed}'" : null, IsSeen = analysis.Seen };
            var decision = ErrorDecision.Of(failed, ErrorPolicy.For(plan, state.Plan, places.Lab.Errors), state.Rules);
            return new ReactionChosen(
                ActionId.Derive(state.Id, trial.Number, AnalysisState.Step, index, analysis.Attempt), trial.Number, AnalysisState.Step, index, failure.Analyst, decision.Rule.Do, decision.Rule.Name, decision.Rule.ToString(),
                decision.Passed.IsEmpty ? null : decision.Passed, decision.NotBefore(failed), decision.Until(failed));
        }

        return null;
    }

    /// <summary>The action about which somebody is asked; what nobody knows and what was stopped first.</summary>
    public static ActionState? Prompted(TrialState trial) =>
        trial.Actions.Values.Where(action => action.Reaction is { Reaction: Reaction.Prompt }).OrderBy(action => action.IsUnknown ? 0 : IsUrgent(action) ? 1 : 2).FirstOrDefault();

    /// <summary>Whether the pause does not wait for what else the trial is doing.</summary>
    public static bool IsUrgent(ActionState prompted) => prompted.IsUnknown || prompted.Result is { Cause: CauseCode.EmergencyStop };

    /// <summary>When the first of those who are asked counts as not having come; null where one is asked for ever.</summary>
    public static DateTimeOffset? AskedUntil(TrialState trial)
    {
        var asked = trial.Actions.Values.Select(action => action.Reaction).Where(reaction => reaction is { Reaction: Reaction.Prompt }).ToArray();
        return asked.Any(reaction => reaction!.Until is null) ? null : asked.Min(reaction => reaction!.Until);
    }

    /// <summary>When the next analysis is to be tried again; null where none waits for its time.</summary>
    public static DateTimeOffset? NextAnalysis(CampaignState state, DateTimeOffset now) =>
        state.UnderWay.SelectMany(trial => trial.Analyses.Values).Select(analysis => analysis.Reaction?.NotBefore).Where(at => at > now).Min();

    public static string WhyAsked(ActionState prompted, CampaignPlan plan)
    {
        var (intent, result) = (prompted.Intent, prompted.Result!);
        if (prompted.IsUnknown) return $"nobody knows whether '{intent.Command}' of {intent.Instrument} had its effect (action {intent.Action}); it is not repeated. {result.Message}";
        if (result.Cause == CauseCode.EmergencyStop) return $"{intent.Instrument} was stopped: {result.Message}";
        return plan.Steps.Any(step => step.Always && step.Name == intent.Step)
            ? $"cleaning up failed: '{intent.Command}' of {intent.Instrument}: {result.Message}"
            : $"{WhatHappened(prompted)}; {prompted.Reaction!.Rule} asks for somebody";
    }

    public static string WhyUnclean(string campaign, TrialState trial, ActionState givenUp) => FormattableString.Invariant(
        $"nobody knows whether '{givenUp.Intent.Command}' of {givenUp.Intent.Instrument} has cleaned up after trial {trial.Number}, and nothing is made {(trial.Station is { } station ? $"at station {station}" : "there")} before somebody has cleaned up by hand, such as by emptying its vessel, and says so: lab resume {campaign} --cleaned {campaign}/{trial.Number} --by NAME");

    public static string WhyAsked(AnalysisState prompted) => $"the analysis by {prompted.Failure.Analyst} of trial {prompted.Failure.Trial} failed: {prompted.Failure.Reason}; {prompted.Reaction!.Rule} asks for somebody";

    public static string WhatHappened(ActionState ended) => $"'{ended.Intent.Command}' of {ended.Intent.Instrument} {Past(ended.Result!.Status)}: {ended.Result.Message}";

    private bool IsUndecided(TrialState trial, StepPlan step, ActionState action)
    {
        if (trial.Taken is not null || action.IsOpen || action.HasSucceeded || action.Reaction is not null || action.Again || action.GivenUp || trial.FoundNone(action)) return false;
        return !IsAborting || (step.Always && !action.IsUnknown);
    }

    private FailedAction Failed(TrialState trial, StepPlan step, ActionPlace place, ActionState action) =>
        new(trial.Number, action.Intent.Instrument, ErrorWords.Of(action.Result, step.Always), action.Reactions)
        {
            Now = now,
            MayBeRepeated = action.MayBeRepeated,
            HasOther = place.Index != ActionPlace.Carry && TrialJob.HasOther(state.Plan, trial, places, step, place),
            IsNeededFor = NeededFor(step, place),
            IsSeen = action.Seen,
            IsAborting = IsAborting,
        };

    private string? NeededFor(StepPlan step, ActionPlace place)
    {
        if (place.Index == ActionPlace.Carry) return "its sample must be carried";
        var name = step.Actions[place.Index].Name;
        return name is not null && state.Plan.Analyses.Any(analysis => analysis.Inputs.Any(input => input.Output.Action == name)) ? $"'{name}' is analysed" : null;
    }

    private static string Past(ActionStatus status) => status switch
    {
        ActionStatus.Cancelled => "was cancelled",
        ActionStatus.Expired => "expired before it could start",
        ActionStatus.UnknownOutcome => "has an unknown outcome",
        _ => "failed",
    };
}
