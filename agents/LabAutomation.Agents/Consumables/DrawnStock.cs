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

    /// <summary>What of it may not have left its place yet.</summary>
    public double OpenOf(string consumable) => Open.Values.Sum(draws => draws.Where(draw => draw.Consumable == consumable).Sum(draw => draw.Amount.Value));

    public DrawnStock With(ActionIntended intended) => intended.Draws is { } draws && !Open.ContainsKey(intended.Action)
        ? this with { Open = Open.Add(intended.Action, draws), Totals = draws.Aggregate(Totals, (totals, draw) => totals.Plus(draw.Consumable, draw.Amount.Value)) }
        : this;

    public DrawnStock With(ActionEnded ended)
    {
        if (!Open.TryGetValue(ended.Action, out var draws)) return this;
        var totals = draws.Aggregate(Totals, (sum, draw) => sum.Plus(draw.Consumable, draw.By(ended.Result) - draw.Amount.Value));
        return this with { Totals = totals, Open = ended.Result.Status is ActionStatus.UnknownOutcome ? Open : Open.Remove(ended.Action) };
    }
}
