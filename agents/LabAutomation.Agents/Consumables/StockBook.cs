using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Consumables;

/// <summary>What there is of each consumable, folded from the whole record.</summary>
public sealed record StockBook
{
    /// <summary>A refill that is over by this share of the capacity at most fills it to the brim: what is left is known as well as devices tell what they drew.</summary>
    private const double Brim = 0.005;

    public static StockBook Empty { get; } = new();

    /// <summary>By consumable: as declared last.</summary>
    public ImmutableSortedDictionary<string, ConsumableDeclared> Declared { get; private init; } = ImmutableSortedDictionary.Create<string, ConsumableDeclared>(StringComparer.Ordinal);

    /// <summary>By consumable: what was declared, counted and refilled since the first entry, in the unit of <see cref="Declared"/>.</summary>
    public ImmutableSortedDictionary<string, double> Supply { get; private init; } = Amounts.None;

    /// <summary>By consumable: what a person is asked for and has not done yet.</summary>
    public ImmutableSortedDictionary<string, RefillRequested> Requests { get; private init; } = ImmutableSortedDictionary.Create<string, RefillRequested>(StringComparer.Ordinal);

    /// <summary>By action of unknown outcome: the consumables that were counted since. Whoever counted has seen what it drew, and its end changes nothing about that.</summary>
    internal ImmutableDictionary<ActionId, ImmutableHashSet<string>> Counted { get; private init; } = ImmutableDictionary<ActionId, ImmutableHashSet<string>>.Empty;

    private ImmutableSortedDictionary<string, DrawnStock> ByCampaign { get; init; } = ImmutableSortedDictionary.Create<string, DrawnStock>(StringComparer.Ordinal);

    public static StockBook Replay(IEnumerable<LedgerEntry> entries) => entries.Aggregate(Empty, (book, entry) => book.Apply(entry.Campaign, entry.Event));

    public StockBook Apply(string campaign, LabEvent happened) => happened switch
    {
        ActionIntended { Draws: not null } intended => this with { ByCampaign = ByCampaign.SetItem(campaign, Drawn(campaign).With(intended)) },
        ActionEnded ended when ByCampaign.TryGetValue(campaign, out var drawn) => End(campaign, drawn, ended),
        OutcomeGivenUp given when ByCampaign.TryGetValue(campaign, out var drawn) => this with { ByCampaign = ByCampaign.SetItem(campaign, drawn.With(given)), Counted = Counted.Remove(given.Action) },
        ConsumableDeclared declared => Declare(declared),
        ConsumableRefilled refilled => this with { Supply = Supply.Plus(refilled.Consumable, In(refilled.Consumable, refilled.Amount)), Requests = Requests.Remove(refilled.Consumable) },
        ConsumableCounted counted => Count(counted.Consumable, In(counted.Consumable, counted.Amount)) with { Requests = Requests.Remove(counted.Consumable) },
        RefillRequested wanted => this with { Requests = Requests.SetItem(wanted.Consumable, wanted) },
        _ => this,
    };

    /// <summary>In the unit of its declaration.</summary>
    public double OnHand(string consumable) => Supply.GetValueOrDefault(consumable) - ByCampaign.Values.Sum(drawn => drawn.Totals.GetValueOrDefault(consumable));

    /// <summary>For how much there is room by the record; in the unit of its declaration.</summary>
    public Quantity Room(string consumable) => new(Declared[consumable].Capacity.Value - OnHand(consumable), Declared[consumable].Capacity.Unit);

    /// <summary>What the campaigns that are not among these have left.</summary>
    public ImmutableSortedDictionary<string, double> LeftFor(IReadOnlyCollection<string> campaigns) =>
        ByCampaign.Where(one => !campaigns.Contains(one.Key)).Aggregate(Supply, (left, one) => one.Value.Totals.Aggregate(left, (sum, drawn) => sum.Plus(drawn.Key, -drawn.Value)));

    /// <summary>What is to be on record so that the book says what the lab's file says; nothing where it does.</summary>
    public IEnumerable<LabEvent> ToDeclare(IEnumerable<Consumable> consumables)
    {
        foreach (var one in consumables)
        {
            var declared = new ConsumableDeclared(one.Name, one.Of(one.OnHand), one.Of(one.Capacity), one.Of(one.Low));
            if (Declared.GetValueOrDefault(one.Name) != declared) yield return declared;
        }
    }

    /// <summary>What a person's refill or count is on record; in words what is wrong with it otherwise.</summary>
    /// <param name="isCount">Whether the amount is what is there now, in place of what was added.</param>
    public (LabEvent? Event, string Words) Take(string consumable, Quantity amount, string by, bool isCount)
    {
        if (!Declared.TryGetValue(consumable, out var declared))
            return (null, $"the lab has no consumable '{consumable}'; {(Declared.IsEmpty ? "Consumables in its configuration declares them" : $"it has {string.Join(", ", Declared.Keys)}")}");
        var (unit, capacity) = (declared.Capacity.Unit, declared.Capacity.Value);
        if (!amount.Unit.Fits(unit)) return (null, $"{consumable} is counted in {unit}, and not in {amount.Unit}");
        var (added, before) = (amount.In(unit), OnHand(consumable));
        if (!(added >= 0) || (added == 0 && !isCount)) return (null, $"a refill of {consumable} is above zero, not {amount}");
        var room = isCount ? capacity : capacity - before;
        if (added > room * (1 + 1e-9) && (isCount || room <= 0 || added - room > capacity * Brim)) return (null, FormattableString.Invariant($"there is room for {capacity:0.####} {unit} of {consumable}; {before:0.####} {unit} are there by the record. If that is wrong, count: --counted says how much there is now"));
        var taken = new Quantity(Math.Min(added, room), unit);
        LabEvent happened = isCount ? new ConsumableCounted(consumable, taken, by) : new ConsumableRefilled(consumable, taken, by);
        var after = Apply(Ledger.OfTheLab, happened).OnHand(consumable);
        var drawn = isCount && added - after > 1e-9 * capacity ? FormattableString.Invariant($", beside {added - after:0.####} {unit} that are being drawn") : "";
        return (happened, FormattableString.Invariant($"{consumable}: {after:0.####} {unit} are there now{drawn}"));
    }

    private StockBook End(string campaign, DrawnStock before, ActionEnded ended)
    {
        var after = before.With(ended);
        var supply = Counted.GetValueOrDefault(ended.Action, []).Aggregate(Supply, (sum, consumable) => sum.Plus(consumable, after.Totals.GetValueOrDefault(consumable) - before.Totals.GetValueOrDefault(consumable)));
        return this with { ByCampaign = ByCampaign.SetItem(campaign, after), Supply = supply, Counted = ended.Result.Status is ActionStatus.UnknownOutcome ? Counted : Counted.Remove(ended.Action) };
    }

    private DrawnStock Drawn(string campaign) => ByCampaign.GetValueOrDefault(campaign, DrawnStock.None);

    private StockBook Declare(ConsumableDeclared declared)
    {
        var before = Declared.GetValueOrDefault(declared.Consumable);
        var book = this with { Declared = Declared.SetItem(declared.Consumable, declared) };
        return before is null || before.OnHand != declared.OnHand ? book.Count(declared.Consumable, declared.OnHand.Value) with { Requests = Requests.Remove(declared.Consumable) } : book;
    }

    /// <summary>What was drawn before is no longer in what is there now; what is being drawn may still be.</summary>
    private StockBook Count(string consumable, double amount) => this with
    {
        Supply = Supply.SetItem(consumable, amount + ByCampaign.Values.Sum(drawn => drawn.Totals.GetValueOrDefault(consumable) - drawn.OpenOf(consumable))),
        Counted = ByCampaign.Values.SelectMany(drawn => drawn.UnknownOf(consumable)).Distinct().Aggregate(Counted, (counted, action) => counted.SetItem(action, counted.GetValueOrDefault(action, []).Add(consumable))),
    };

    private double In(string consumable, Quantity amount) => Declared.TryGetValue(consumable, out var declared) ? amount.In(declared.Capacity.Unit) : amount.Value;
}
