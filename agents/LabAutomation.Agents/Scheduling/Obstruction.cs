namespace LabAutomation.Agents.Scheduling;

/// <summary>Which campaigns cannot go on, and why.</summary>
/// <param name="plan">That the lab follows.</param>
/// <param name="declared">By campaign.</param>
/// <param name="jobs">As they are, by name.</param>
/// <param name="missing">The trials that wait for a consumable.</param>
/// <param name="vain">Campaigns with trials that are not begun since they would be given up; they will be.</param>
internal sealed class Obstruction(
    Schedule plan, IReadOnlyDictionary<string, SchedulerMessage.Declare> declared, IReadOnlyDictionary<string, JobProgress> jobs, IReadOnlyList<ShortTrial> missing,
    IReadOnlySet<string> vain, LayoutIndex layout)
{
    private const string Alone = "nothing else goes on in the lab";

    /// <summary>Whether a job waits for a person to look.</summary>
    public static bool IsResting(JobProgress job) => job.Shape.Tasks.Any(task => task.Key.Task == LabSchedule.Person);

    /// <summary>
    /// Those that are to rest as soon as they can, where nothing of theirs can begin now; and where the lab stands still, those that wait for one that rests, but for those that will go on without.
    /// </summary>
    /// <param name="isStill">Whether nothing is to begin by itself.</param>
    public IReadOnlyList<(string Campaign, string Reason)> Of(bool isStill)
    {
        var leaving = declared.Where(one => one.Value.WantsRest && IsInVain(one.Value)).Select(one => one.Key).ToArray();
        return [.. leaving.Select(campaign => (campaign, Unplanned(campaign))), .. isStill ? Waiting().Where(one => !leaving.Contains(one.Campaign)) : []];
    }

    private bool IsInVain(SchedulerMessage.Declare campaign) =>
        campaign.Trials.Any(trial => !IsResting(jobs[trial.Job.Name])) && !IsAtWork(campaign.Campaign) && !plan.Tasks.Any(task => jobs[task.Task.Job].Shape.Job.Owner == campaign.Campaign);

    private IReadOnlyList<(string Campaign, string Reason)> Waiting()
    {
        // What a campaign that rests has left running may be what it rests for; nobody waits for that.
        var resting = jobs.Values.Where(IsResting).Select(job => job.Shape.Job.Owner).Distinct(StringComparer.Ordinal).ToArray();
        if (declared.Keys.Any(campaign => !resting.Contains(campaign) && IsAtWork(campaign))) return [];
        var returning = Returning();
        var inTheWay = resting.Where(campaign => !returning.Contains(campaign)).ToArray();
        return
        [
            .. declared.Where(one => !resting.Contains(one.Key) && !returning.Contains(one.Key) && one.Value.Trials.Any(trial => trial.Tasks.Any(task => task.Phase == TaskPhase.Waiting))).Select(one => one.Key)
                .Select(campaign => (campaign, $"{(inTheWay.Length == 0 ? Unplanned(campaign) : $"its trials wait for {string.Join(" and ", inTheWay)}, at rest with samples in their way")}; {Alone}")),
        ];
    }

    private string Unplanned(string campaign) => plan.Unplanned.FirstOrDefault(left => jobs[left.Task.Job] is var job && job.Shape.Job.Owner == campaign && !IsResting(job)) is { } left
        ? $"'{left.Task.Task}' of {left.Task.Job} cannot begin: {left.Why}{Cause(left)}"
        : "nothing of it can begin";

    /// <summary>Why the other task of its job, for which it waits, cannot begin.</summary>
    private string Cause(UnplannedTask left) => left.Why.Kind is WaitKind.Follower or WaitKind.Predecessor && plan.Unplanned.FirstOrDefault(other => other.Task == new TaskKey(left.Task.Job, left.Why.On!)) is { } cause
        ? $", since {cause.Why}"
        : "";

    private bool IsAtWork(string campaign) => jobs.Values.Any(job => job.Shape.Job.Owner == campaign && (job.Samples.Any(sample => sample.IsMoving) || job.Tasks.Any(task => task.Phase == TaskPhase.Running)));

    /// <summary>
    /// The campaigns that will go on though nobody looks after one at rest: by themselves, with a refill, or let go by whoever holds them; and those whose samples go where one of them is to leave.
    /// </summary>
    private HashSet<string> Returning()
    {
        var returning = declared.Where(one => one.Value.ComesBack || vain.Contains(one.Key) || one.Value.Trials.Any(trial => trial.IsHeld)).Select(one => one.Key)
            .Concat(missing.Where(waits => !IsResting(jobs[declared[waits.Campaign].Trials.First(trial => trial.Trial == waits.Trial).Job.Name])).Select(waits => waits.Campaign)).ToHashSet(StringComparer.Ordinal);
        var blocked = plan.Unplanned.Where(left => left.Why.Kind == WaitKind.Blocked && left.Task.Task != LabSchedule.Person).Select(left => (jobs[left.Task.Job].Shape, left.Task))
            .Select(one => (Campaign: one.Shape.Job.Owner, Goals: one.Shape.Tasks.First(task => task.Key == one.Task).Ways.Where(way => way.Location >= 0).Select(way => layout.Locations[way.Location].Name).ToHashSet(StringComparer.Ordinal))).ToArray();
        while (Array.Find(blocked, one => !returning.Contains(one.Campaign) && StandingAt(one.Goals).Any(returning.Contains)) is { Campaign: { } next }) returning.Add(next);
        return returning;

        IEnumerable<string> StandingAt(HashSet<string> goals) => declared.Where(one => one.Value.Trials.Any(trial => trial.Sample.Location is { } at && goals.Contains(at))).Select(one => one.Key);
    }
}
