using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>What is used up in the lab.</summary>
public sealed partial class Laboratory
{
    /// <summary>Raised where a person is asked to refill something. A handler returns at once.</summary>
    public event Action<RefillRequested>? RefillWanted;

    /// <summary>What there is, by the record.</summary>
    public StockBook Stock => StockBook.Replay(Ledger.Read());

    /// <summary>Puts on record that a person has refilled a consumable, or counted it.</summary>
    /// <param name="isCount">Whether the amount is what is there now, in place of what was added.</param>
    /// <returns>Whether it is on record, and what is there now.</returns>
    public async Task<StockReply> RefillAsync(string consumable, Quantity amount, string by, bool isCount, CancellationToken cancellation)
    {
        lock (_rests)
        {
            if (_running.IsEmpty || _drawn.IsEmpty) return Refill(Ledger, Stations.Consumables, consumable, amount, by, isCount);
        }

        return await _root.Ask<StockReply>(new StockMessage.Take(consumable, amount, by, isCount), TimeSpan.FromSeconds(10), cancellation);
    }

    /// <summary>The same where no campaign runs.</summary>
    internal static StockReply Refill(Ledger ledger, ImmutableArray<Consumable> declared, string consumable, Quantity amount, string by, bool isCount)
    {
        var book = Declare(ledger, declared);
        var (happened, words) = book.Take(consumable, amount, by, isCount);
        if (happened is not null) ledger.Append(Ledger.OfTheLab, [happened]);
        return new StockReply(happened is not null, words);
    }

    private static StockBook Declare(Ledger ledger, ImmutableArray<Consumable> consumables)
    {
        var book = StockBook.Replay(ledger.Read());
        foreach (var one in consumables)
        {
            if (book.Declared.TryGetValue(one.Name, out var before) && before.Capacity.Unit.Symbol != one.Unit.Symbol)
                throw new LabException(LabFault.Configuration, $"consumable '{one.Name}' is counted in {before.Capacity.Unit} on record, and in {one.Unit} in the configuration; keep the unit, or give it another name");
        }

        LabEvent[] news = [.. book.ToDeclare(consumables)];
        ledger.Append(Ledger.OfTheLab, news);
        return news.Aggregate(book, (known, happened) => known.Apply(Ledger.OfTheLab, happened));
    }

    private DrawTable _drawn = DrawTable.Empty;

    /// <summary>Puts on record what the lab's file says of consumables, and finds out what draws them.</summary>
    /// <exception cref="LabException">An instrument cannot draw what it is said to draw.</exception>
    private DrawTable DeclareStock()
    {
        var consumables = Stations.Consumables;
        if (consumables.IsEmpty) return DrawTable.Empty;
        _drawn = Draws();
        Declare(Ledger, consumables);
        return _drawn;
    }

    private DrawTable Draws()
    {
        var table = DrawTable.Of(Stations.Consumables, _births, out var problems);
        return problems.IsEmpty ? table : throw new LabException(LabFault.Configuration, $"Consumables: {string.Join("; ", problems)}");
    }

    /// <summary>What is drawn is worked out when the first campaigns begin. Null where that holds for this one too; in words what does not.</summary>
    private string? Uncounted(CampaignPlan plan)
    {
        string[] unlike = [.. _drawn.Unlike(Draws(), Stations.For(plan).Instruments)];
        return unlike.Length == 0 ? null : $"what {string.Join(" and ", unlike)} would draw of the lab's consumables is not counted by the lab that runs: when its campaigns began, {(unlike.Length == 1 ? "it was" : "they were")} not there, or declared otherwise. Let them rest or end, and begin this one with them: 'lab run FILE', 'lab resume CAMPAIGN'";
    }

    private void OnRefill(RefillRequested request) => RefillWanted?.Invoke(request);
}
