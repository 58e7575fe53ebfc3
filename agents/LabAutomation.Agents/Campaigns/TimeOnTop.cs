namespace LabAutomation.Agents.Campaigns;

/// <summary>What an action took beside what its arguments say, each time that it was seen.</summary>
/// <param name="Mean">Ticks.</param>
/// <param name="Most">Ticks: the longest, and less and less of it the longer ago it was.</param>
internal readonly record struct TimeOnTop(int Times, double Mean, double Most)
{
    /// <summary>By such a part the longest comes nearer to what is seen after it.</summary>
    private const int Fading = 8;

    public TimeSpan Expected => TimeSpan.FromTicks((long)Mean);

    public TimeSpan Longest => TimeSpan.FromTicks((long)Math.Max(Mean, Most));

    public TimeOnTop With(long ticks) => new(Times + 1, Mean + ((ticks - Mean) / (Times + 1)), Times == 0 || ticks > Most ? ticks : Most - ((Most - ticks) / Fading));
}
