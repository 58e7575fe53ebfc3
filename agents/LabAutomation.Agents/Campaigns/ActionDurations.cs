using System.Collections.Immutable;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>How long actions take, as far as it has been seen: what their arguments say, and the mean of what came on top of it.</summary>
internal sealed record ActionDurations
{
    public static readonly ActionDurations Unknown = new();

    private static readonly Unit Second = Unit.Parse("s");
    private static readonly TimeSpan Unsaid = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Handling = TimeSpan.FromSeconds(10);

    /// <summary>So many times what is guessed something may take of which nobody knows.</summary>
    private const int Guesses = 10;

    /// <summary>What was seen less often may have been slowed each time.</summary>
    private const int Often = 3;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>Of what is open: what its arguments say, and how much of what it takes is setting the instrument otherwise.</summary>
    private ImmutableDictionary<ActionId, (TimeSpan Said, TimeSpan SetUp)> Open { get; init; } = ImmutableDictionary<ActionId, (TimeSpan, TimeSpan)>.Empty;

    /// <summary>By place in the workflow.</summary>
    private ImmutableDictionary<ActionPlace, TimeOnTop> Seen { get; init; } = ImmutableDictionary<ActionPlace, TimeOnTop>.Empty;

    /// <summary>Whether about the same is known of a place as in another: plans made with that are good still.</summary>
    public bool IsLike(ActionDurations other, ActionPlace place) => Seen.TryGetValue(place, out var seen) == other.Seen.TryGetValue(place, out var known) && seen.IsLike(known);

    /// <summary>Ticks of instruments used so far.</summary>
    public long Used { get; private init; }

    public ActionDurations With(ActionIntended intended) => this with { Open = Open.SetItem(intended.Action, (SaidBy(intended.Arguments), TimeSpan.FromSeconds(intended.SetUp ?? 0))) };

    public ActionDurations With(ActionEnded ended)
    {
        var took = ended.Result.EndedAt - ended.Result.StartedAt;
        var after = this with { Open = Open.Remove(ended.Action), Used = Used + Math.Max(0, took.Ticks) };
        if (ended.Result.Status != ActionStatus.Succeeded || !Open.TryGetValue(ended.Action, out var open)) return after;
        var place = new ActionPlace(ended.Step, ended.Index);
        return after with { Seen = Seen.SetItem(place, Seen.GetValueOrDefault(place).With((Work(took, open.SetUp) - open.Said).Ticks)) };
    }

    /// <summary>What an action took without setting the instrument otherwise. Where that would have taken longer than the whole, there was nothing to be set.</summary>
    internal static TimeSpan Work(TimeSpan took, TimeSpan setUp) => took > setUp ? took - setUp : took;

    /// <summary>The program has not run for a while: what is open says nothing about how long such things take.</summary>
    public ActionDurations Interrupted() => this with { Open = ImmutableDictionary<ActionId, (TimeSpan, TimeSpan)>.Empty };

    /// <summary>What an action with these arguments is expected to take; a second or more.</summary>
    /// <param name="elsewhere">What came on top of it where the like was done at other places; null where nobody knows.</param>
    public TimeSpan Of(ActionPlace place, ImmutableSortedDictionary<string, Quantity> arguments, TimeOnTop? elsewhere = null)
    {
        var said = SaidBy(arguments);
        return AtLeast(OnTop(place, elsewhere) is { } more ? said + more.Expected : said > TimeSpan.Zero ? said + Handling : Unsaid);
    }

    /// <summary>As short as it may be: the shortest that has been seen, and what its arguments say where it was seen too seldom to tell.</summary>
    /// <inheritdoc cref="Of"/>
    public TimeSpan Shortest(ActionPlace place, ImmutableSortedDictionary<string, Quantity> arguments, TimeOnTop? elsewhere = null) =>
        AtLeast(OnTop(place, elsewhere) is { Times: >= Often } more ? SaidBy(arguments) + more.Shortest : SaidBy(arguments));

    /// <summary>As long as it may take: the longest that has been seen, and several times what is guessed where nothing has.</summary>
    /// <inheritdoc cref="Of"/>
    public TimeSpan Longest(ActionPlace place, ImmutableSortedDictionary<string, Quantity> arguments, TimeOnTop? elsewhere = null) =>
        OnTop(place, elsewhere) is { } more ? AtLeast(SaidBy(arguments) + more.Longest) : Guesses * Of(place, arguments);

    private TimeOnTop? OnTop(ActionPlace place, TimeOnTop? elsewhere) => Seen.TryGetValue(place, out var seen) ? seen : elsewhere;

    private static TimeSpan AtLeast(TimeSpan time) => time > Least ? time : Least;

    /// <summary>The sum of all times among the arguments.</summary>
    internal static TimeSpan SaidBy(ImmutableSortedDictionary<string, Quantity> arguments)
    {
        var seconds = 0.0;
        foreach (var quantity in arguments.Values)
            if (quantity.Unit.Fits(Second) && quantity.Value > 0) seconds += quantity.In(Second);
        return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(3650).TotalSeconds));
    }
}
