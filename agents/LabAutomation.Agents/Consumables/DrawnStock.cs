using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Consumables;

/// <summary>What actions have drawn, folded from their intents and ends. What is open, or of unknown outcome, counts as drawn.</summary>
public sealed record DrawnStock
{
    public static DrawnStock None { get; } = new();

    /// <summary>By consumable, in its unit.</summary>
    public ImmutableSortedDictionary<string, double> Totals { get; private init; } = Amounts.None;

    /// <summary>Of actions whose end may still say otherwise.</summary>
    private ImmutableDictionary<ActionId, ImmutableArray<Drawing>> Open { get; init; } = ImmutableDictionary<ActionId, ImmutableArray<Drawing>>.Empty;

    private ImmutableHashSet<ActionId> Unknown { get; init; } = [];

    /// <summary>What of it may not have left its place yet: of actions under way.</summary>
    public double OpenOf(string consumable) => Open.Where(one => !Unknown.Contains(one.Key)).Sum(one => one.Value.Where(draw => draw.Consumable == consumable).Sum(draw => draw.Amount.Value));

    /// <summary>The actions that draw it and of which nobody knows yet what became of them.</summary>
    public IEnumerable<ActionId> UnknownOf(string consumable) => Unknown.Where(action => Open[action].Any(draw => draw.Consumable == consumable));

    public DrawnStock With(ActionIntended intended) => intended.Draws is { } draws && !Open.ContainsKey(intended.Action)
        ? this with { Open = Open.Add(intended.Action, draws), Totals = draws.Aggregate(Totals, (totals, draw) => totals.Plus(draw.Consumable, draw.Amount.Value)) }
        : this;

    public DrawnStock With(ActionEnded ended)
    {
        if (!Open.TryGetValue(ended.Action, out var draws)) return this;
        var totals = draws.Aggregate(Totals, (sum, draw) => sum.Plus(draw.Consumable, draw.By(ended) - draw.Amount.Value));
        return ended.Result.Status is ActionStatus.UnknownOutcome ? this with { Totals = totals, Unknown = Unknown.Add(ended.Action) } : Without(ended.Action) with { Totals = totals };
    }

    /// <summary>Nobody will say otherwise any more; it stays drawn.</summary>
    public DrawnStock With(OutcomeGivenUp given) => Without(given.Action);

    private DrawnStock Without(ActionId action) => this with { Open = Open.Remove(action), Unknown = Unknown.Remove(action) };
}
