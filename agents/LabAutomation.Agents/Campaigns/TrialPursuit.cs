using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>
/// What the trials under way need now. Which of them begins what first, and with which instruments, is for the scheduler to say.
/// </summary>
internal sealed class TrialPursuit(CampaignState state, CampaignPlaces places, DateTimeOffset now)
{
    private CampaignPlan Plan => state.Plan;

    private bool IsAborting => state.Phase == CampaignPhase.Aborting;

    /// <summary>The last step of which an analysis reads something; -1 where none does.</summary>
    private readonly int _lastRead = state.Plan.Analyses.SelectMany(analysis => analysis.Inputs).Select(input => state.Plan.IndexOf(state.Plan.PlaceOf(input.Output).Step)).DefaultIfEmpty(-1).Max();

    /// <param name="trials">Those under way, earliest first.</param>
    public ImmutableArray<NextStep> Of(ImmutableArray<TrialState> trials)
    {
        foreach (var trial in trials)
            if (new TrialErrors(state, places, now).Decide(trial) is { } chosen && (chosen.Step != AnalysisState.Step || !GoesOn(trial))) return [new NextStep.Record(chosen)];
        if (state.SafeMode is { } safe && !IsAborting) return Rest(trials, new NextStep.Record(new CampaignPaused($"the lab is in its safe mode: {safe}")));
        var wanted = ImmutableArray.CreateBuilder<NextStep>();
        (TrialState Trial, NextStep.Record Pause)? halt = null;
        foreach (var trial in trials)
        {
            var next = Pursue(trial);
            if (next is null) continue;
            if (next is NextStep.Record { Event: CampaignPaused } pause) halt ??= (trial, pause);
            else wanted.Add(next);
            if (next is NextStep.Act act && IsKnowable(trial, act)) wanted.Add(new NextStep.Analyse(trial));
        }

        return halt is not var (halted, why) ? wanted.ToImmutable() : Rest(trials.Where(trial => trial != halted), why);
    }

    /// <summary>Whether there are steps before what failed in its analysis is decided about: who is asked then has all the time that the rule gives.</summary>
    private bool GoesOn(TrialState trial) => Plan.Steps.Any(step => Outstanding(trial, step, onlyOpen: false) is not null);

    /// <summary>Whether all that is analysed of a trial is there while it goes on. Whoever chooses the next trial need not wait until this one has cleaned up.</summary>
    private bool IsKnowable(TrialState trial, NextStep.Act next) => _lastRead >= 0 && !IsAborting && !trial.IsSpoilt && trial.Known is null && trial.Analyses.IsEmpty && Plan.IndexOf(next.Step) > _lastRead;

    /// <summary>They end what they are doing and begin nothing, so that nothing moves while the campaign rests.</summary>
    private static ImmutableArray<NextStep> Rest(IEnumerable<TrialState> others, NextStep.Record pause)
    {
        ImmutableArray<NextStep> ending = [.. others.Select(StillOpen).OfType<NextStep.Act>()];
        return ending.IsEmpty ? [pause] : ending;
    }

    /// <summary>Null where nothing is.</summary>
    private static NextStep.Act? StillOpen(TrialState trial)
    {
        ImmutableArray<ActionRequest> open = [.. trial.Actions.Values.Where(action => action.IsOpen).Select(action => new ActionRequest(action.Intent, IsOnRecord: true, action.IntendedAt))];
        return open.IsEmpty ? null : new NextStep.Act(trial.Number, open[0].Intent.Step, open);
    }

    /// <summary>Null where it waits for the campaign to go on.</summary>
    private NextStep? Pursue(TrialState trial)
    {
        if (trial.Taken is { } taken) return (NextStep?)StillOpen(trial) ?? Measured(trial) ?? new NextStep.Record(new TrialAbandoned(trial.Number, $"its sample is lost: {taken.By} took it by hand from {taken.Instrument}: {taken.Reason}"));
        if (!IsAborting && TrialErrors.Prompted(trial) is { } prompted)
            return !TrialErrors.IsUrgent(prompted) && StillOpen(trial) is { } open ? open : new NextStep.Record(new CampaignPaused(TrialErrors.WhyAsked(prompted, Plan), TrialErrors.AskedUntil(trial)));

        // An abort leaves everything as it is.
        if (!IsAborting && trial.LeftUnclean(Plan) is { } unclean) return (NextStep?)StillOpen(trial) ?? new NextStep.Record(new CampaignPaused(TrialErrors.WhyUnclean(state.Id, trial, unclean)));

        // Nothing was done, and there is no vessel that it could have been done in.
        if (IsAborting && places.For(trial).Length > 1) return new NextStep.Record(new TrialAbandoned(trial.Number, "the campaign was aborted"));

        var spoilt = trial.IsSpoilt || IsAborting;
        foreach (var step in Plan.Steps)
        {
            if (spoilt && !step.Always && !trial.Actions.Any(pair => pair.Key.Step == step.Name && pair.Value.IsOpen)) continue;
            if (Outstanding(trial, step, onlyOpen: spoilt && !step.Always) is not { } outstanding) continue;
            if (!spoilt && Lost(trial, step) is { } lost) return new NextStep.Record(lost);
            return IsInterrupted(trial, step) ? StillOpen(trial) : new NextStep.Act(trial.Number, step.Name, outstanding);
        }

        if (Measured(trial) is { } measured) return measured;
        if (IsAborting) return new NextStep.Record(new TrialAbandoned(trial.Number, "the campaign was aborted"));
        if (trial.Failure is { } cause) return new NextStep.Record(Ended(trial, cause));
        return trial.Lost is { } gone ? new NextStep.Record(new TrialFailed(trial.Number, CauseCode.Unachievable, gone.Reason)) : Analyse(trial);
    }

    /// <summary>Where the time of a later step is over, too: what lies between would be done for nothing. What has begun comes to its end before. A trial of which nothing has been done has nothing to lose.</summary>
    /// <param name="next">The first step that is not done.</param>
    private LabEvent? Lost(TrialState trial, StepPlan next)
    {
        if (WhyLost(trial, next) is not { } lost) return null;
        return trial.Actions.IsEmpty ? new TrialAbandoned(trial.Number, $"it could not be made in time: {lost.Why}") : new SampleLost(trial.Number, lost.Step.Name, $"the sample is lost: {lost.Why}");
    }

    private (StepPlan Step, string Why)? WhyLost(TrialState trial, StepPlan next)
    {
        if (LateStep.Why(trial, next, Plan, now) is { } late) return (next, late);
        if (trial.Actions.Values.Any(action => action.IsOpen)) return null;
        var done = Plan.Steps.TakeWhile(step => step != next).Select(step => step.Name).ToArray();
        foreach (var later in Plan.Steps.Skip(done.Length + 1).Where(later => later.Since is { } since ? done.Contains(since) : later.StartBy is not null))
            if (LateStep.Why(trial, later, Plan, now) is { } why && Outstanding(trial, later, onlyOpen: false) is not null) return (later, why);
        return null;
    }

    /// <summary>What a trial gave counts, whatever became of its sample afterwards; null where nothing is known.</summary>
    private static NextStep.Record? Measured(TrialState trial) =>
        trial.Known is { } known ? new NextStep.Record(new TrialMeasured(trial.Number, known.Outputs, known.Objective, known.Models.IsEmpty ? null : known.Models)) : null;

    /// <summary>Null where it waits before it is tried again.</summary>
    private NextStep? Analyse(TrialState trial)
    {
        var failed = trial.Analyses.Values.Where(analysis => analysis.Reaction is not null).ToArray();
        if (failed.FirstOrDefault(analysis => analysis.Reaction is { Reaction: Reaction.Replan or Reaction.CloseOut }) is { } over) return new NextStep.Record(new TrialFailed(trial.Number, over.Failure.Cause, over.Failure.Reason));
        if (failed.FirstOrDefault(analysis => analysis.Reaction is { Reaction: Reaction.Prompt }) is { } asks) return new NextStep.Record(new CampaignPaused(TrialErrors.WhyAsked(asks), asks.Reaction!.Until));
        return failed.Any(analysis => analysis.Reaction!.NotBefore > now) ? null : new NextStep.Analyse(trial);
    }

    /// <summary>What has begun comes to its end as a whole; a sample that was carried to where a step happens waits there.</summary>
    private bool IsInterrupted(TrialState trial, StepPlan step) => state.IsInterrupted && !step.Uninterrupted && trial.Actions.Keys.All(place => place.Step != step.Name || (place.Index == ActionPlace.Carry && !step.Actions.IsEmpty));

    /// <summary>What a person ended says nothing about the values that were tried.</summary>
    private static LabEvent Ended(TrialState trial, ActionState cause)
    {
        var reason = TrialErrors.WhatHappened(cause);
        var byPerson = trial.Actions.Values.Any(action => action.GivenUp || action.Result is { Cause: CauseCode.EmergencyStop });
        return byPerson ? new TrialAbandoned(trial.Number, reason) : new TrialFailed(trial.Number, cause.Result!.Cause, reason);
    }

    /// <summary>Null where the step is done.</summary>
    private ImmutableArray<ActionRequest>? Outstanding(TrialState trial, StepPlan step, bool onlyOpen)
    {
        if (trial.Actions.TryGetValue(new ActionPlace(step.Name, ActionPlace.Carry), out var carry))
        {
            if (carry.IsOpen) return [new ActionRequest(carry.Intent, IsOnRecord: true, carry.IntendedAt)];
            if (carry.HasFailed || (step.Actions.IsEmpty && carry.HasSucceeded)) return null;
        }

        // What has never been anywhere need not be brought anywhere.
        if (step.Actions.IsEmpty) return places.IsCarried && !onlyOpen && trial.HasSample ? [] : null;
        var requests = ImmutableArray.CreateBuilder<ActionRequest>();
        for (var index = 0; index < step.Actions.Length; index++)
        {
            if (trial.Actions.TryGetValue(new ActionPlace(step.Name, index), out var action))
            {
                if (action.IsOpen) requests.Add(new ActionRequest(action.Intent, IsOnRecord: true, action.IntendedAt));
                else if (action.MayRetry && !onlyOpen && Intent(trial, step, index, action.Attempt + 1) is { } again) requests.Add(new ActionRequest(again, IsOnRecord: false));
            }
            else if (!onlyOpen && Intent(trial, step, index, 1) is { } intent)
            {
                requests.Add(new ActionRequest(intent, IsOnRecord: false));
            }
        }

        return requests.Count == 0 ? null : requests.ToImmutable();
    }

    private ActionIntended? Intent(TrialState trial, StepPlan step, int index, int attempt)
    {
        if (Plan.Bind(step.Actions[index], trial.Values) is not { } bound) return null;
        var within = step.Always ? Plan.Limits.CleanUp : Plan.Limits.Trial;
        return new ActionIntended(
            ActionId.Derive(state.Id, trial.Number, step.Name, index, attempt), trial.Number, step.Name, index, places.Lab.InstrumentOf(bound.Instrument, trial.Station), bound.Command, bound.Arguments, now + within);
    }
}
