using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The steps of one trial that are to be done, with every choice of instruments for each.</summary>
/// <param name="Job">For the scheduler: a task for each step.</param>
internal sealed record TrialJob(Job Job, ImmutableArray<TrialJobStep> Steps)
{
    /// <summary>Every trial has one.</summary>
    public const string Sample = "sample";

    /// <summary>More choices of instruments for one step are not looked at.</summary>
    private const int MostWays = 64;

    /// <summary>What a step takes beside the carriage to it, at least.</summary>
    private static readonly TimeSpan Brought = TimeSpan.FromSeconds(1);

    /// <param name="ending">Of a trial that is not to go on: the steps that come to their end before it cleans up; null of one that goes on.</param>
    public static TrialJob Of(CampaignState state, TrialState trial, CampaignPlaces places, IReadOnlySet<string>? ending)
    {
        var (plan, steps) = (state.Plan, ImmutableArray.CreateBuilder<TrialJobStep>());
        foreach (var step in plan.Steps)
        {
            if (ending is not null && (trial.Taken is not null || !step.Always) && !ending.Contains(step.Name)) continue;
            var bound = Bound(plan, trial, step);
            if (bound.Length == 0 && (step.At is null || !places.IsCarried || (ending is not null && !trial.HasSample))) continue;
            steps.Add(Step(state, trial, places, step, bound));
        }

        var tasks = ImmutableArray.CreateBuilder<JobTask>(steps.Count);
        for (var k = 0; k < steps.Count; k++)
        {
            var (within, since) = ending is not null ? default : (steps[k].Step.Within, steps[k].Step.Since);
            tasks.Add(new JobTask(steps[k].Step.Name, steps[k].Ways) { Sample = Sample, StartBy = ending is null ? steps[k].Step.StartBy?.Of(trial) : null, IsVainLate = IsVainLate(steps, k, places), NotBefore = NotBefore(trial, steps[k].Step, isCarriage: false), NotCarriedBefore = NotBefore(trial, steps[k].Step, isCarriage: true), After = k == 0 ? [] : After(steps.Take(k).Select(earlier => earlier.Step.Name), within, since) });
        }

        return new TrialJob(new Job($"{state.Id}/{trial.Number}", state.Id, tasks.ToImmutable(), trial.Priority ?? plan.Priority) { Principal = state.Started.Owner }, steps.ToImmutable());
    }

    /// <summary>Where what comes before takes longer than there is for it in any trial, it is not better to wait for the next one.</summary>
    private static bool IsVainLate(IReadOnlyList<TrialJobStep> steps, int step, CampaignPlaces places)
    {
        var carriage = places.IsCarried && !places.Lab.Transports.IsEmpty ? places.Lab.Transports.Max(transport => transport.Duration) : TimeSpan.Zero;
        return steps[step].Step is { LosesLate: true, StartBy: { } by }
            && !(steps.Take(step).Aggregate(carriage, (sum, before) => sum + carriage + (before.Ways.IsEmpty ? TimeSpan.Zero : before.Ways.Min(way => way.Duration))) > by.After);
    }

    /// <summary>Where the step from which a time counts did nothing in this trial, there is none to be kept.</summary>
    private static ImmutableArray<Predecessor> After(IEnumerable<string> earlier, TimeSpan? within, string? since)
    {
        var before = earlier.Last();
        if (since is null || since == before) return [new Predecessor(before, within)];
        return earlier.Contains(since) ? [new Predecessor(before, null), new Predecessor(since, within)] : [new Predecessor(before, null)];
    }

    /// <summary>Whether a step can be done without the instrument that did an action of it, and without those that were replaced before.</summary>
    public static bool HasOther(CampaignPlan plan, TrialState trial, CampaignPlaces places, StepPlan step, ActionPlace place)
    {
        var (bound, action) = (Bound(plan, trial, step), trial.Actions[place]);
        var replaced = trial.With(place, action with { Replaced = action.Replaced.Add(action.Intent.Instrument) });
        return Together(step, bound, places.Lab, trial.Station).Any(cast => IsFresh(replaced, step, bound, cast));
    }

    /// <summary>Where the sample was brought last, by the record; null where it is nowhere yet. A carriage that has not come to its end says where it took it: it may stand in the record for an earlier one that did.</summary>
    /// <remarks>Where the gripper has closed on nothing, it stands at the other end of the carriage that was given up.</remarks>
    public static int? PositionOf(TrialState trial) => trial.Taken is not null ? null
        : trial.Actions.Values.Where(action => action.Intent.Index == ActionPlace.Carry).MaxBy(action => action.Order) is { HasSucceeded: false, Result.Cause: CauseCode.Unachievable } last
            && trial.Actions.Values.FirstOrDefault(action => action is { GivenUp: true, Intent.Index: ActionPlace.Carry }) is { } lost && ReachedBy(last) != lost.Intent.At ? lost.Intent.At
        : trial.Actions.Values.Where(action => action.Intent.At is not null).OrderBy(action => action.Order).Select(ReachedBy).LastOrDefault(at => at is not null);

    /// <summary>Where it left the sample, or took it up where it did not come to its end.</summary>
    public static int? ReachedBy(ActionState action) => action.Intent.Index != ActionPlace.Carry || action.HasSucceeded ? action.Intent.At
        : action.Intent.Arguments.TryGetValue("from", out var from) ? (int)from.Value : null;

    /// <summary>What other attempts change about the job of a trial, as a text that differs where it does.</summary>
    public static string AttemptsOf(TrialState trial) => string.Concat(trial.Actions.Where(pair => pair.Value.Replaced.Length > 0 || pair.Value is { MayRetry: true, Reaction.NotBefore: not null })
        .Select(pair => $"; {pair.Key.Step} {pair.Key.Index} not by {string.Join(", ", pair.Value.Replaced)} and not before {pair.Value.Reaction?.NotBefore:O}"));

    private static DateTimeOffset? NotBefore(TrialState trial, StepPlan step, bool isCarriage) => trial.Actions.Where(pair => pair.Key.Step == step.Name && (pair.Key.Index == ActionPlace.Carry) == isCarriage && pair.Value.MayRetry)
        .Max(pair => pair.Value.Reaction?.NotBefore);

    private static TrialJobStep Step(CampaignState state, TrialState trial, CampaignPlaces places, StepPlan step, ImmutableArray<(int Index, BoundAction Action)> bound)
    {
        var (ways, casts, stations) = (ImmutableArray.CreateBuilder<Way>(), ImmutableArray.CreateBuilder<ImmutableArray<string>>(), ImmutableArray.CreateBuilder<string?>());
        // What a batch takes is for the scheduler to learn: campaigns would expect different times of what they do together.
        var (own, common) = (Times(step, bound, state.Durations, places.Lab), Times(step, bound, ActionDurations.Unknown, places.Lab));
        foreach (var (station, cast) in places.For(trial).SelectMany(station => Fresh(trial, step, bound, Together(step, bound, places.Lab, station)).Select(cast => (station, cast))))
        {
            var location = places.IsCarried ? step.At ?? cast.Select(instrument => instrument.Location).FirstOrDefault(at => at is not null) : LabPositions.Vessel(station);
            var setting = cast.Any(instrument => instrument.IsBatch) ? string.Join("; ", bound.SelectMany(one => one.Action.Arguments.Select(argument => $"{one.Action.Command} {argument.Key} {argument.Value}"))) : null;
            var (expected, shortest, longest) = setting is null ? own : common;
            ways.Add(new Way([.. cast.Zip(bound, (instrument, one) => new Need(instrument.Name, Setting: instrument.SettingFor(one.Action.Command, one.Action.Arguments)))], expected, location, setting) { Shortest = shortest, Longest = longest });
            stations.Add(station);
            casts.Add([.. Enumerable.Range(0, step.Actions.Length).Select(index => bound.ToList().FindIndex(one => one.Index == index) is >= 0 and var k ? cast[k].Name : "")]);
        }

        var drawn = places.Lab.Draws.IsEmpty ? [] : casts.Select(cast => bound.Select(one => Draws(one.Action, cast[one.Index], places.Lab)).ToImmutableArray()).ToImmutableArray();
        return new TrialJobStep(step, [.. bound.Select(one => one.Index)], ways.ToImmutable(), casts.ToImmutable()) { Stations = stations.ToImmutable(), Draws = drawn };
    }

    /// <summary>What a step is expected to take, and what it may: its longest action.</summary>
    private static (TimeSpan Expected, TimeSpan Shortest, TimeSpan Longest) Times(StepPlan step, ImmutableArray<(int Index, BoundAction Action)> bound, ActionDurations durations, LabStations lab)
    {
        var (expected, shortest, longest) = (Brought, Brought, Brought);
        foreach (var (index, action) in bound)
        {
            var (place, elsewhere) = (new ActionPlace(step.Name, index), lab.Learnt.OnTop(action.Instrument, action.Command));
            (expected, longest) = (Later(expected, durations.Of(place, action.Arguments, elsewhere)), Later(longest, durations.Longest(place, action.Arguments, elsewhere)));
            shortest = Later(shortest, durations.Shortest(place, action.Arguments, elsewhere));
        }

        return (expected, shortest, longest);
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static ImmutableSortedDictionary<string, double> Draws(BoundAction action, string instrument, LabStations lab) =>
        lab.Draws.Of(instrument, action.Command, action.Arguments).Aggregate(Amounts.None, (sum, draw) => sum.Plus(draw.Consumable, draw.Amount.Value));

    /// <summary>Without the instruments that were replaced; with them where the lab has no others any more.</summary>
    private static ImmutableArray<PlacedInstrument>[] Fresh(TrialState trial, StepPlan step, ImmutableArray<(int Index, BoundAction Action)> bound, ImmutableArray<PlacedInstrument>[] casts)
    {
        var fresh = casts.Where(cast => IsFresh(trial, step, bound, cast)).ToArray();
        return fresh.Length > 0 ? fresh : casts;
    }

    private static bool IsFresh(TrialState trial, StepPlan step, ImmutableArray<(int Index, BoundAction Action)> bound, ImmutableArray<PlacedInstrument> cast) =>
        !cast.Zip(bound).Any(one => trial.Actions.TryGetValue(new ActionPlace(step.Name, one.Second.Index), out var action) && action.Replaced.Contains(one.First.Name));

    private static ImmutableArray<(int Index, BoundAction Action)> Bound(CampaignPlan plan, TrialState trial, StepPlan step) =>
        [.. step.Actions.Select((action, index) => (Index: index, Action: plan.Bind(action, trial.Values))).Where(one => one.Action is not null).Select(one => (one.Index, one.Action!))];

    /// <summary>The choices of instruments that all work on the sample where it stands.</summary>
    private static ImmutableArray<PlacedInstrument>[] Together(StepPlan step, ImmutableArray<(int Index, BoundAction Action)> bound, LabStations lab, string? station) =>
        [.. Casts(bound, lab, station).Take(MostWays).Where(cast => cast.Select(instrument => instrument.Location).Append(step.At).OfType<string>().Distinct(StringComparer.Ordinal).Count() <= 1)];

    /// <summary>Every choice of one instrument for each action.</summary>
    private static IEnumerable<ImmutableArray<PlacedInstrument>> Casts(ImmutableArray<(int Index, BoundAction Action)> bound, LabStations lab, string? station)
    {
        IEnumerable<ImmutableArray<PlacedInstrument>> casts = [[]];
        foreach (var (_, action) in bound)
        {
            var playing = lab.Playing(action.Instrument, station);
            casts = casts.SelectMany(cast => playing.Where(instrument => cast.All(other => other.Name != instrument.Name)).Select(cast.Add));
        }

        return casts;
    }
}

/// <param name="Indices">Of the actions that this trial does; none where its sample is only brought somewhere.</param>
/// <param name="Instruments">By way and index of the action.</param>
internal sealed record TrialJobStep(StepPlan Step, ImmutableArray<int> Indices, ImmutableArray<Way> Ways, ImmutableArray<ImmutableArray<string>> Instruments)
{
    /// <summary>Where each way leaves the trial for its other steps, too; null for the lab's one place.</summary>
    public required ImmutableArray<string?> Stations { get; init; }

    /// <summary>What each action draws of consumables, by way and in the order of <see cref="Indices"/>; empty in a lab that counts none.</summary>
    public ImmutableArray<ImmutableArray<ImmutableSortedDictionary<string, double>>> Draws { get; init; } = [];

    /// <summary>What is drawn by the actions that are not on record yet, or are to be done again.</summary>
    public StepDraws DrawsOf(TrialState trial)
    {
        var ahead = Indices.Select((index, k) => (Place: new ActionPlace(Step.Name, index), k)).Where(one => !trial.Actions.TryGetValue(one.Place, out var action) || action.MayRetry).Select(one => one.k).ToArray();
        ImmutableArray<ImmutableSortedDictionary<string, double>> amounts = [.. Draws.Select(way => ahead.Aggregate(Amounts.None, (sum, k) => sum.Plus(way[k])))];
        if (amounts.All(one => one.SequenceEqual(amounts[0]))) return new StepDraws(Step.Name, [new WayDraws([], amounts.IsEmpty ? Amounts.None : amounts[0])]);
        return new StepDraws(Step.Name, [.. amounts.Zip(Instruments, (amount, by) => new WayDraws(by, amount))]);
    }

    /// <summary>The way that these actions have gone; the first where the lab no longer has it.</summary>
    public int WayOf(ReadOnlySpan<ActionState?> actions)
    {
        for (var way = 0; way < Ways.Length; way++)
        {
            var fits = true;
            for (var k = 0; k < actions.Length; k++) fits &= actions[k] is null || actions[k]!.Intent.Instrument == Instruments[way][Indices[k]];
            if (fits) return way;
        }

        return 0;
    }
}
