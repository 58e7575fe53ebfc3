namespace LabAutomation.Agents.Scheduling;

/// <summary>When the lab looks at its plan again though nobody says anything.</summary>
internal static class NextLook
{
    /// <param name="isUnheard">Whether a campaign has yet to hear of something that was granted to it.</param>
    /// <param name="breakers">When instruments that are given nothing now may be tried again.</param>
    public static DateTimeOffset? After(Schedule plan, bool isUnheard, IEnumerable<DateTimeOffset> breakers)
    {
        var byPlan = !isUnheard && !plan.Tasks.Any(task => task.IsRunning) ? plan.Next
            : plan.Tasks.Where(task => task is { IsRunning: false, Why.Kind: WaitKind.NotBefore or WaitKind.Hold or WaitKind.WouldBlock or WaitKind.None } || task is { IsRunning: false, Opens: not null })
                .SelectMany(task => new[] { task.Start, task.Move?.Start ?? task.Start }).Where(at => at > plan.At).Select(at => (DateTimeOffset?)at).Min();
        return breakers.Where(until => until > plan.At).Select(until => (DateTimeOffset?)until).Append(byPlan).Min();
    }
}
