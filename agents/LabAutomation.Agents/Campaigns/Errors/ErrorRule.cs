using System.Collections.Immutable;
using System.Globalization;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>One rule of an error policy.</summary>
/// <param name="On">One or more of <see cref="ErrorWords.All"/>; the rule is about what any of them is true of.</param>
public sealed record ErrorRule(ImmutableArray<string> On, Reaction Do)
{
    /// <summary>The longest wait before another attempt, however often there was one.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    public const int MostTimes = 20;

    public const int MostActs = 100_000;

    /// <summary>Of a retry: how often an action is attempted again, 1 to <see cref="MostTimes"/>.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Of a retry: lab time before the first other attempt.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Of a retry: how many times as long as the wait before each wait is, 1 to 10.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Of a retry: lab time after which it may act for another trial on the same instrument.</summary>
    public TimeSpan CoolDown { get; init; }

    /// <summary>Of a prompt: lab time within which a person must have come; null for ever.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>How often it may act in a campaign; null for as often as it likes.</summary>
    public int? Most { get; init; }

    /// <summary>Whose rule it is, and its number there from 1, as people read it: <c>campaign rule 2</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where it stands in its file.</summary>
    internal Mark Mark { get; init; }

    public bool IsAbout(ImmutableArray<string> words) => On.Any(words.Contains);

    /// <summary>Lab time before the attempt after so many others.</summary>
    internal TimeSpan WaitAfter(int others)
    {
        var seconds = Wait.TotalSeconds * Math.Pow(Factor, others);
        return seconds < LongestWait.TotalSeconds ? TimeSpan.FromSeconds(seconds) : Wait > LongestWait ? Wait : LongestWait;
    }

    public override string ToString() => $"on {string.Join(" or ", On)}: {Do.Word()}{string.Concat(Limits().Select(limit => $", {limit}"))}";

    private IEnumerable<string> Limits()
    {
        if (Do == Reaction.Retry) yield return Times == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{Times} times");
        if (Wait > TimeSpan.Zero) yield return $"after {Span(Wait)}{(Factor > 1 ? string.Create(CultureInfo.InvariantCulture, $", each time {Factor:G4} times as long") : "")}";
        if (CoolDown > TimeSpan.Zero) yield return $"then not for {Span(CoolDown)}";
        if (Within is { } within) yield return $"within {Span(within)}";
        if (Most is { } most) yield return string.Create(CultureInfo.InvariantCulture, $"at most {most} times");
    }

    private static string Span(TimeSpan span) => new Quantity(span.TotalSeconds, Unit.Parse("s")).ToString();
}
