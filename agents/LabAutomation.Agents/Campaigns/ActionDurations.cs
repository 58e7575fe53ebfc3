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
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private ImmutableDictionary<ActionId, TimeSpan> Said { get; init; } = ImmutableDictionary<ActionId, TimeSpan>.Empty;

    /// <summary>By place in the workflow: how often, and ticks on top on average.</summary>
    private ImmutableDictionary<ActionPlace, (int Times, double OnTop)> Seen { get; init; } = ImmutableDictionary<ActionPlace, (int, double)>.Empty;

    /// <summary>Ticks of instruments used so far.</summary>
    public long Used { get; private init; }

    public ActionDurations With(ActionIntended intended) => this with { Said = Said.SetItem(intended.Action, SaidBy(intended.Arguments)) };

    public ActionDurations With(ActionEnded ended)
    {
        var took = ended.Result.EndedAt - ended.Result.StartedAt;
        var after = this with { Said = Said.Remove(ended.Action), Used = Used + Math.Max(0, took.Ticks) };
        if (ended.Result.Status != ActionStatus.Succeeded || !Said.TryGetValue(ended.Action, out var said)) return after;
        var place = new ActionPlace(ended.Step, ended.Index);
        var (times, onTop) = Seen.GetValueOrDefault(place);
        return after with { Seen = Seen.SetItem(place, (times + 1, onTop + (((took - said).Ticks - onTop) / (times + 1)))) };
    }

    /// <summary>What an action with these arguments is expected to take; a second or more.</summary>
    /// <param name="elsewhere">What came on top of it where the like was done at other places; null where nobody knows.</param>
    public TimeSpan Of(ActionPlace place, ImmutableSortedDictionary<string, Quantity> arguments, TimeSpan? elsewhere = null)
    {
        var said = SaidBy(arguments);
        var onTop = Seen.TryGetValue(place, out var seen) ? TimeSpan.FromTicks((long)seen.OnTop) : elsewhere;
        var expected = onTop is { } more ? said + more : said > TimeSpan.Zero ? said + Handling : Unsaid;
        return expected > Shortest ? expected : Shortest;
    }

    /// <summary>The sum of all times among the arguments.</summary>
    internal static TimeSpan SaidBy(ImmutableSortedDictionary<string, Quantity> arguments)
    {
        var seconds = 0.0;
        foreach (var quantity in arguments.Values)
            if (quantity.Unit.Fits(Second) && quantity.Value > 0) seconds += quantity.In(Second);
        return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(3650).TotalSeconds));
    }
}
