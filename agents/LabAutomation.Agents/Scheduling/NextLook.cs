namespace LabAutomation.Agents.Scheduling;

/// <summary>When the lab looks at its plan again though nobody says anything.</summary>
internal static class NextLook
{
    /// <param name="isUnheard">Whether a campaign has yet to hear of something that was granted to it.</param>
    /// <param name="breakers">When instruments that are given nothing now may be tried again.</param>
    /// <param name="hasOtherWays">Whether a task could be done in another way: then it does not wait for ever for what is occupied, which may not end at all.</param>
    public static DateTimeOffset? After(Schedule plan, bool isUnheard, IEnumerable<DateTimeOffset> breakers, Func<TaskKey, bool> hasOtherWays)
    {
        var overdue = plan.Tasks.Where(task => task is { IsRunning: false, Why.Kind: WaitKind.Resource } && task.Start > plan.At && hasOtherWays(task.Task)).Select(task => (DateTimeOffset?)PlannedPlace.Latest(task));
        var byPlan = !isUnheard && !plan.Tasks.Any(task => task.IsRunning) ? plan.Next
            : plan.Tasks.Where(task => task is { IsRunning: false, Why.Kind: WaitKind.NotBefore or WaitKind.Hold or WaitKind.WouldBlock or WaitKind.None } || task is { IsRunning: false, Opens: not null })
                .SelectMany(task => new[] { task.Start, task.Move?.Start ?? task.Start }).Where(at => at > plan.At).Select(at => (DateTimeOffset?)at).Min();
        return breakers.Where(until => until > plan.At).Select(until => (DateTimeOffset?)until).Concat(overdue).Append(byPlan).Min();
    }
}
