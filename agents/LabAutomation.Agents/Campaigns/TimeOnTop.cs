namespace LabAutomation.Agents.Campaigns;

/// <summary>What an action took beside what its arguments say, each time that it was seen.</summary>
/// <param name="Mean">Ticks.</param>
/// <param name="Least">Ticks: the shortest, and nearer and nearer to what came after it the longer ago it was.</param>
/// <param name="Most">Ticks: the longest, in the same way.</param>
internal readonly record struct TimeOnTop(int Times, double Mean, double Least, double Most)
{
    /// <summary>By such a part the longest and the shortest come nearer to what is seen after them.</summary>
    private const int Fading = 8;

    /// <summary>Such a part of it, or so much where that is more, is no difference.</summary>
    private const double Part = 0.02;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.1);

    public TimeSpan Expected => TimeSpan.FromTicks((long)Mean);

    public TimeSpan Shortest => TimeSpan.FromTicks((long)Math.Min(Mean, Least));

    public TimeSpan Longest => TimeSpan.FromTicks((long)Math.Max(Mean, Most));

    /// <summary>Whether a plan need not be made anew for the difference.</summary>
    public bool IsLike(TimeOnTop other) => IsLike(Expected, other.Expected) && IsLike(Shortest, other.Shortest) && IsLike(Longest, other.Longest);

    private static bool IsLike(TimeSpan one, TimeSpan other) => (one - other).Duration() <= (Part * one.Duration() is var part && part > Moment ? part : Moment);

    public TimeOnTop With(long ticks) => Times == 0 ? new(1, ticks, ticks, ticks) : new(Times + 1, Mean + ((ticks - Mean) / (Times + 1)), Math.Min(ticks, Least + ((ticks - Least) / Fading)), Math.Max(ticks, Most - ((Most - ticks) / Fading)));
}
