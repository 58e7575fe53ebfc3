using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>The trials under way of a campaign as the scheduler sees them. Keeps only what it has worked out already.</summary>
internal sealed class TrialTasks(CampaignPlaces places)
{
    private readonly Dictionary<int, (string Steps, TrialJob Job, TrialValues Values, ActionDurations Durations)> _jobs = [];

    /// <summary>The locations at which a step can happen; none where it happens wherever the sample is.</summary>
    public static string[] LocationsOf(CampaignPlan plan, StepPlan step, CampaignPlaces places)
    {
        if (step.At is not null) return [step.At];
        if (step.Actions.IsEmpty) return [];
        var perRole = step.Actions.Select(action => places.Lab.Playing(action.Instrument, null).Select(instrument => instrument.Location).OfType<string>().Distinct(StringComparer.Ordinal).ToArray()).Where(some => some.Length > 0).ToArray();
        return perRole.Length == 0 ? [] : [.. perRole.Aggregate((some, others) => [.. some.Intersect(others)])];
    }

    /// <param name="wanted">What is outstanding of the campaign; a trial of which nothing is begins nothing.</param>
    /// <param name="granted">What the scheduler has granted and is not on record yet.</param>
    public ImmutableArray<TrialWork> Of(CampaignState state, ImmutableArray<NextStep> wanted, IReadOnlyCollection<Grant> granted)
    {
        var going = state.Phase is CampaignPhase.Paused ? [] : wanted.OfType<NextStep.Act>().Select(act => act.Trial).ToHashSet();
        var works = ImmutableArray.CreateBuilder<TrialWork>();
        foreach (var trial in state.UnderWay)
            if (Work(state, trial, going.Contains(trial.Number), granted) is { } work) works.Add(work);
        foreach (var gone in _jobs.Keys.Where(number => state.Trials[number - 1].Outcome is not null).ToArray()) _jobs.Remove(gone);
        return works.ToImmutable();
    }

    /// <summary>The trial's job as it was declared last; null where it has none. Another object where anything about it is another.</summary>
    public Job? JobOf(int trial) => _jobs.TryGetValue(trial, out var known) ? known.Job.Job : null;

    /// <summary>The station that a grant gives to a trial; null for the lab's one place.</summary>
    public string? StationOf(Grant.Begin begin) => _jobs[begin.Trial].Job.Steps.First(step => step.Step.Name == begin.Step).Stations[begin.Way];

    /// <summary>A grant that has given a trial its station, with its way among those that are left now.</summary>
    public Grant.Begin Stationed(CampaignState state, Grant.Begin begin)
    {
        var instruments = InstrumentsOf(begin.Trial, begin.Step, begin.Way);
        var trial = state.Trials[begin.Trial - 1];
        return begin with { Way = Job(state, trial, StepsOf(state, trial, null), null).Steps.First(step => step.Step.Name == begin.Step).Instruments.ToList().FindIndex(way => way.SequenceEqual(instruments)) };
    }

    /// <summary>The instruments of a step's actions, by their places in it.</summary>
    /// <param name="way">As the scheduler has granted it.</param>
    public ImmutableArray<string> InstrumentsOf(int trial, string step, int way) => _jobs[trial].Job.Steps.First(one => one.Step.Name == step).Instruments[way];

    private TrialWork? Work(CampaignState state, TrialState trial, bool isGoing, IReadOnlyCollection<Grant> granted)
    {
        if (trial.Taken is not null && !trial.Actions.Values.Any(action => action.IsOpen)) return null;
        var isSpoilt = trial.IsSpoilt || state.Phase == CampaignPhase.Aborting;
        var ending = isSpoilt ? Ending(trial, granted) : null;
        var job = Job(state, trial, StepsOf(state, trial, ending), ending);
        if (job.Steps.IsEmpty) return null;
        var standings = job.Steps.Select(step => Standing(trial, step, granted.OfType<Grant.Begin>().FirstOrDefault(grant => grant.Trial == trial.Number && grant.Step == step.Step.Name))).ToImmutableArray();
        if (standings.All(standing => standing.Phase == TaskPhase.Done)) return null;
        var sample = Sample(state, trial, standings, granted);
        ImmutableArray<StepDraws> draws = places.Lab.Draws.IsEmpty ? [] : [.. job.Steps.Select(step => step.DrawsOf(trial)).Where(step => !step.IsEmpty)];
        var work = new TrialWork(trial.Number, job.Job, standings, sample);
        return isGoing
            ? work with { HasBegun = !trial.Actions.IsEmpty, IsFree = places.For(trial).Length > 1, Draws = draws, IsHeld = (state.IsHeld || trial.IsHeld) && trial.Actions.IsEmpty }
            : Resting(trial, job, standings, sample, draws) is { } rests ? rests with { Later = Later(state, trial, work) } : null;
    }

    /// <summary>What makes a job another one, beside the values of the trial and its priority.</summary>
    /// <param name="ending">Of a trial that is not to go on: the steps that come to their end; null of one that goes on.</param>
    private static string StepsOf(CampaignState state, TrialState trial, ImmutableSortedSet<string>? ending) =>
        $"{(ending is null ? "" : $"what cleans up after {string.Join(", ", ending)}")}{TrialJob.AttemptsOf(trial)}; at {trial.Station}";

    private TrialJob Job(CampaignState state, TrialState trial, string steps, ImmutableSortedSet<string>? ending)
    {
        if (!_jobs.TryGetValue(trial.Number, out var known) || known.Steps != steps || !ReferenceEquals(known.Values, trial.Values) || known.Job.Job.Priority != (trial.Priority ?? state.Plan.Priority) || !IsAsExpected(state, trial, known.Job, known.Durations))
            _jobs[trial.Number] = known = (steps, TrialJob.Of(state, trial, places, ending), trial.Values, state.Durations);
        return known.Job;
    }

    /// <summary>Whether what is still to come, or runs, is expected to take about what it was when the job was made.</summary>
    private static bool IsAsExpected(CampaignState state, TrialState trial, TrialJob job, ActionDurations then)
    {
        if (ReferenceEquals(state.Durations, then)) return true;
        foreach (var step in job.Steps)
        {
            if (step.Ways.All(way => way.Setting is not null)) continue;        // the scheduler learns what batches take
            foreach (var index in step.Indices)
            {
                var place = new ActionPlace(step.Step.Name, index);
                if (!state.Durations.IsLike(then, place) && trial.Actions.GetValueOrDefault(place) is not { HasSucceeded: true }) return false;
            }
        }

        return true;
    }

    /// <summary>How a trial that rests goes on. Where nobody knows yet what became of an action, or whoever looks may let it be done again, its sample may have all its way before it.</summary>
    private TrialWork Later(CampaignState state, TrialState trial, TrialWork work)
    {
        if (!trial.IsSpoilt || trial.Lost is not null || trial.Taken is not null || state.Phase == CampaignPhase.Aborting) return work;
        if (TrialErrors.Prompted(trial) is null && !trial.Actions.Values.Any(action => action is { IsUnknown: true, GivenUp: false })) return work;
        var whole = TrialJob.Of(state, trial, places, null);
        return whole.Steps.IsEmpty ? work : work with { Job = whole.Job, Tasks = [.. whole.Steps.Select(step => Standing(trial, step, null))] };
    }

    /// <summary>The steps that have begun and must come to their end whatever has become of the trial.</summary>
    private static ImmutableSortedSet<string> Ending(TrialState trial, IReadOnlyCollection<Grant> granted) =>
        [.. trial.Actions.Where(pair => pair.Value.IsOpen).Select(pair => pair.Key.Step), .. granted.Where(grant => grant.Trial == trial.Number).Select(grant => grant.Step)];

    /// <summary>It goes on with what runs; then its sample stays where it is until somebody has looked.</summary>
    /// <param name="draws">What it is still to draw, which it keeps.</param>
    private static TrialWork? Resting(TrialState trial, TrialJob job, ImmutableArray<TaskStanding> standings, SampleStanding sample, ImmutableArray<StepDraws> draws)
    {
        var running = job.Job.Tasks.Zip(standings).Where(one => one.Second.Phase == TaskPhase.Running).ToArray();
        if (running.Length == 0 && sample.Location is null) return null;
        var rest = new JobTask(LabSchedule.Person, [new Way([new Need(LabSchedule.Person)], TimeSpan.FromMinutes(1), sample.Goal ?? sample.Location)]) { Sample = TrialJob.Sample };
        var tasks = running.Select(one => one.First with { After = [] }).ToList();
        if (sample.Location is not null) tasks.Add(rest);
        return new TrialWork(trial.Number, job.Job with { Tasks = [.. tasks] }, [.. running.Select(one => one.Second), .. sample.Location is null ? [] : new[] { default(TaskStanding) }], sample) { HasBegun = true, Draws = draws };
    }

    private TaskStanding Standing(TrialState trial, TrialJobStep step, Grant.Begin? grant)
    {
        if (grant is not null) return new TaskStanding(TaskPhase.Running, grant.Way, grant.At, grant.At + step.Ways[grant.Way].Duration + grant.SetUp.Select(places.Lab.SetUpOf).DefaultIfEmpty(TimeSpan.Zero).Max());
        var actions = step.Indices.Select(index => trial.Actions.GetValueOrDefault(new ActionPlace(step.Step.Name, index))).ToArray();
        if (actions.Any(action => action is { IsOpen: true }))
        {
            var since = actions.OfType<ActionState>().Where(action => action.IsOpen).Min(action => action.IntendedAt);
            var way = step.WayOf(actions);
            var setUp = actions.Max(action => action is { IsOpen: true } ? action.Intent.SetUp : null) ?? 0;
            return new TaskStanding(TaskPhase.Running, way, since, since + step.Ways[way].Duration + TimeSpan.FromSeconds(setUp));
        }

        var carry = trial.Actions.GetValueOrDefault(new ActionPlace(step.Step.Name, ActionPlace.Carry));
        var isDone = carry is { HasFailed: true } ? IsOver(trial, carry, step) : step.Indices.IsEmpty ? carry is { HasSucceeded: true } : actions.All(action => IsOver(trial, action, step));
        if (!isDone) return default;
        var ended = actions.Append(carry).OfType<ActionState>().Max(action => action.Result!.EndedAt);
        return new TaskStanding(TaskPhase.Done, step.WayOf(actions), actions.Append(carry).OfType<ActionState>().Max(action => action.IntendedAt), ended, actions.All(action => action is { HasSucceeded: true }));
    }

    /// <summary>Where cleaning up failed, the trial keeps its place until somebody has looked, and where nobody knows, until somebody has cleaned it.</summary>
    private static bool IsOver(TrialState trial, ActionState? action, TrialJobStep step) => action is { HasSucceeded: true } or { IsSkipped: true } || (action is { HasFailed: true } failed && ((failed.GivenUp && !trial.LeavesUnclean(step.Step, failed)) || !step.Step.Always || trial.FoundNone(failed)));

    private SampleStanding Sample(CampaignState state, TrialState trial, ImmutableArray<TaskStanding> standings, IReadOnlyCollection<Grant> granted)
    {
        if (!places.IsCarried) return standings.All(standing => standing.Phase == TaskPhase.Waiting) && trial.Actions.IsEmpty ? default : new SampleStanding(LabPositions.Vessel(trial.Station));
        var at = TrialJob.PositionOf(trial);
        var begin = granted.OfType<Grant.Begin>().FirstOrDefault(grant => grant.Trial == trial.Number && grant.Position is not null);
        if (at is null && begin is not null) at = begin.Position;
        if (at is not { } position) return default;

        // Where nobody knows whether it was put down, both ends stay taken, while it is carried on from where it was taken up, too.
        var lost = trial.Actions.Values.FirstOrDefault(action => action.Intent is { Index: ActionPlace.Carry } && (action.IsUnknown || action.GivenUp));
        var stands = new SampleStanding(LocationAt(position), position) { MayBeAt = lost?.Intent.At == position ? TrialJob.ReachedBy(lost!) : lost?.Intent.At };
        if (granted.OfType<Grant.Carry>().FirstOrDefault(grant => grant.Trial == trial.Number) is { } carry)
            return stands with { Goal = carry.Goal, GoalPosition = carry.To, Carrier = carry.Carrier, Since = carry.At };

        return trial.Actions.FirstOrDefault(pair => pair.Key.Index == ActionPlace.Carry && pair.Value.IsOpen).Value is { } moving
            ? stands with { Goal = LocationAt(moving.Intent.At!.Value), GoalPosition = moving.Intent.At, Carrier = moving.Intent.Instrument, Since = moving.IntendedAt }
            : stands;
    }

    private string LocationAt(int position) =>
        places.Lab.Locations.FirstOrDefault(location => location.Positions.Contains(position))?.Name
        ?? throw new CampaignFileException([new Problem("the lab's configuration", 0, 0, string.Create(CultureInfo.InvariantCulture, $"a sample stands at position {position}, and no location has it any more"), "put it back into Locations")]);
}
