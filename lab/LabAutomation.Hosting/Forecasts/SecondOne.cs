using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Hosting.Forecasts;

/// <summary>What the lab would be with one more of something, by a run in which it has it.</summary>
/// <param name="What">The instrument that there are two of; null for a station.</param>
/// <param name="Saved">Lab time by which as many trials are done earlier; zero where it would not help.</param>
public sealed record SecondOne(string? What, TimeSpan Saved)
{
    /// <summary>Whether there was no run with it, since the simulated lab cannot have it twice: by how much a plan with it ends earlier.</summary>
    public bool IsPlanned { get; init; }

    /// <param name="run">Without it.</param>
    /// <param name="grown">With it; the same campaigns with the same seed.</param>
    internal static SecondOne Of(string? what, ForecastRun run, ForecastRun grown)
    {
        var (before, after) = (Ends(run), Ends(grown));

        // What a planner proposes depends on the order in which trials end: the runs may need more trials or fewer, which is luck.
        var most = Math.Min(before.Length, after.Length);
        var saved = most == 0 ? TimeSpan.Zero : before[most - 1] - after[most - 1];
        return new SecondOne(what, saved > TimeSpan.Zero ? saved : TimeSpan.Zero);
    }

    /// <summary>When each trial to come has ended, earliest first, since now.</summary>
    private static TimeSpan[] Ends(ForecastRun run) => [.. run.States.SelectMany(state => state.Trials).Where(trial => trial.StartedAt >= run.Beginning && trial.Outcome is not (null or TrialOutcome.Abandoned)).Select(trial => trial.EndedAt!.Value - run.Beginning).Order()];
}
