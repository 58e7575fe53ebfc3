using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Agents.Consumables;

/// <summary>Keeps the lab's record of its consumables: hears what people have refilled and counted, tells the scheduler, and asks people where something runs out.</summary>
internal sealed class StockroomActor : ReceiveActor
{
    private readonly Ledger _ledger;
    private StockBook _book;
    private (IActorRef Scheduler, ImmutableArray<string> Campaigns)? _supplied;

    public StockroomActor(Ledger ledger)
    {
        (_ledger, _book) = (ledger, StockBook.Replay(ledger.Read()));
        Receive<StockMessage.Supply>(asked =>
        {
            _supplied = (Sender, asked.Campaigns);
            _book = StockBook.Replay(_ledger.Read());
            Tell();
        });
        Receive<StockMessage.Take>(taken => Sender.Tell(Take(taken)));
        Receive<StockMessage.Want>(want => Want(want.Request));
    }

    /// <summary>What was asked for and not done yet is asked again of whoever watches now.</summary>
    protected override void PreStart()
    {
        foreach (var request in _book.Requests.Values) Context.System.EventStream.Publish(new RefillWanted(request));
    }

    private void Tell()
    {
        if (_supplied is var (scheduler, campaigns)) scheduler.Tell(new SchedulerMessage.Supplied(_book.LeftFor(campaigns), [.. _book.Counted.Keys]));
    }

    private StockReply Take(StockMessage.Take taken)
    {
        // What the campaigns have drawn meanwhile is in the ledger.
        _book = StockBook.Replay(_ledger.Read());
        var (happened, words) = _book.Take(taken.Consumable, taken.Amount, taken.By, taken.IsCount);
        if (happened is null) return new StockReply(false, words);
        Record(happened);
        Tell();
        return new StockReply(true, words);
    }

    /// <summary>Once, and once more where a trial has come to wait for it, or another than the one that waited.</summary>
    private void Want(RefillRequested request)
    {
        if (_book.Requests.TryGetValue(request.Consumable, out var open) && (!request.IsWaitedFor || (open.IsWaitedFor && open.Reason == request.Reason))) return;
        Record(request);
        Context.System.EventStream.Publish(new RefillWanted(request));
    }

    private void Record(LabEvent happened)
    {
        _ledger.Append(Ledger.OfTheLab, [happened]);
        _book = _book.Apply(Ledger.OfTheLab, happened);
    }
}
