namespace LabAutomation.Agents.Scheduling;

/// <summary>How long to search. Without a clock the result is a function of the input.</summary>
/// <param name="Steps">Plans or neighbours looked at; 1 or more.</param>
/// <param name="Seed">Of the search.</param>
/// <param name="Clock">With <paramref name="Limit"/>: the search ends by this clock, if that is earlier.</param>
internal sealed record SearchBudget(int Steps, int Seed = 0, TimeProvider? Clock = null, TimeSpan Limit = default)
{
    private readonly long _since = Clock?.GetTimestamp() ?? 0;

    /// <summary>The part that is spent after so many steps: 1 or more at the end.</summary>
    public double Spent(int steps)
    {
        var part = (double)steps / Steps;
        return Clock is null ? part : Math.Max(part, Clock.GetElapsedTime(_since) / Limit);
    }
}
