using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Records;

/// <summary>Which lots of consumables each action drew from, by the record: first in, first out, as lots that are poured into one bottle cannot be told apart.</summary>
public sealed class Lots
{
    private readonly Dictionary<(string Campaign, ActionId Action), ImmutableArray<LotPortion>> _portions = [];
    private readonly Dictionary<string, Queue<Rest>> _there = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Quantity> _onHand = new(StringComparer.Ordinal);

    private Lots()
    {
    }

    /// <param name="record">The whole ledger.</param>
    public static Lots Of(IReadOnlyList<LedgerEntry> record)
    {
        var (lots, open) = (new Lots(), new Dictionary<(string, ActionId), ImmutableArray<Drawing>>());
        foreach (var entry in record)
        {
            switch (entry.Event)
            {
                case ConsumableDeclared declared:
                    lots.Declare(declared, entry.At);
                    break;
                case ConsumableRefilled refilled:
                    lots.Add(refilled.Consumable, refilled.Amount, entry.At, $"refilled by {refilled.By}");
                    break;
                case ConsumableCounted counted:
                    lots.Count(counted.Consumable, counted.Amount, entry.At, $"counted by {counted.By}");
                    break;
                case ActionIntended { Draws: { } draws } intent:
                    open[(entry.Campaign, intent.Action)] = draws;
                    break;
                case ActionEnded ended when open.Remove((entry.Campaign, ended.Action), out var drawn):
                    lots._portions[(entry.Campaign, ended.Action)] = [.. drawn.SelectMany(draw => lots.Draw(draw.Consumable, new Quantity(draw.By(ended), draw.Amount.Unit), entry.At))];
                    break;
            }
        }

        foreach (var (action, draws) in open) lots._portions[action] = [.. draws.SelectMany(draw => lots.Draw(draw.Consumable, draw.Amount, record[^1].At))];
        return lots;
    }

    /// <summary>What an action drew; none where it drew nothing that is counted.</summary>
    public ImmutableArray<LotPortion> Of(string campaign, ActionId action) => _portions.GetValueOrDefault((campaign, action), []);

    private void Declare(ConsumableDeclared declared, DateTimeOffset at)
    {
        if (_onHand.TryGetValue(declared.Consumable, out var before) && before == declared.OnHand) return;
        _onHand[declared.Consumable] = declared.OnHand;
        Count(declared.Consumable, declared.OnHand, at, "there when the lab's file said so");
    }

    /// <summary>What is missing went from the oldest; what is found beside is a lot of its own.</summary>
    private void Count(string consumable, Quantity amount, DateTimeOffset at, string how)
    {
        var left = Queue(consumable).Sum(rest => rest.Left.In(amount.Unit));
        if (amount.Value > left) Add(consumable, new Quantity(amount.Value - left, amount.Unit), at, how);
        else _ = Draw(consumable, new Quantity(left - amount.Value, amount.Unit), at).Count();
    }

    private void Add(string consumable, Quantity amount, DateTimeOffset at, string origin)
    {
        if (amount.Value <= 0) return;
        var number = _numbers[consumable] = _numbers.GetValueOrDefault(consumable) + 1;
        Queue(consumable).Enqueue(new Rest(new StockLot(consumable, number, amount, at, origin), amount));
    }

    private IEnumerable<LotPortion> Draw(string consumable, Quantity amount, DateTimeOffset at)
    {
        var (queue, wanted, portions) = (Queue(consumable), amount.Value, new List<LotPortion>());
        while (wanted > 1e-12 && queue.TryPeek(out var first))
        {
            var taken = Math.Min(wanted, first.Left.In(amount.Unit));
            if (taken > 0) portions.Add(new LotPortion(first.Lot, new Quantity(taken, amount.Unit)));
            wanted -= taken;
            first.Left = new Quantity(Math.Max(0, first.Left.Value - amount.Unit.Convert(taken, first.Left.Unit)), first.Left.Unit);
            if (first.Left.Value <= 1e-9 * first.Lot.Amount.Value) queue.Dequeue();
        }

        if (wanted > 1e-9 * (1 + amount.Value)) portions.Add(new LotPortion(new StockLot(consumable, 0, new Quantity(wanted, amount.Unit), at, "no lot on record"), new Quantity(wanted, amount.Unit)));
        return portions;
    }

    private Queue<Rest> Queue(string consumable)
    {
        if (!_there.TryGetValue(consumable, out var queue)) _there[consumable] = queue = new Queue<Rest>();
        return queue;
    }

    private sealed class Rest(StockLot lot, Quantity left)
    {
        public StockLot Lot { get; } = lot;

        public Quantity Left { get; set; } = left;
    }
}
