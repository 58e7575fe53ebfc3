namespace LabAutomation.Agents.Scheduling;

/// <summary>
/// Tasks that begin a hold wait until it is known what became of all that was under way when the program started: it may be over, with a hold that runs already and needs what the new one would have had.
/// </summary>
internal static class HoldStart
{
    public const string Why = "what was under way before the program started has not answered yet";

    /// <param name="campaigns">That are declared.</param>
    /// <returns>None where nothing is waited for. A job of which a hold runs goes on.</returns>
    public static IEnumerable<TaskKey> Unsure(IEnumerable<SchedulerMessage.Declare> campaigns, IEnumerable<JobProgress> jobs) => campaigns.Any(campaign => campaign.AwaitsEarlier) ? jobs.SelectMany(Of) : [];

    private static IEnumerable<TaskKey> Of(JobProgress job)
    {
        var holds = job.Shape.Tasks.Index().Where(task => job.Tasks[task.Index].Phase == TaskPhase.Waiting).SelectMany(task => task.Item.After).Where(after => after.Hold >= 0).Select(after => after.Task).ToHashSet();
        return holds.All(task => job.Tasks[task].Phase == TaskPhase.Waiting) ? holds.Select(task => job.Shape.Tasks[task].Key) : [];
    }
}
