using Akka.Actor;
using LabAutomation.Agents.Bench;

namespace LabAutomation.Agents.Records;

/// <summary>
/// Writes down what the instruments show while a campaign runs: who came, what state each was in, what each said. It gathers for a
/// moment and writes at once, since nobody waits for it; decisions and results are recorded by those who act on them.
/// </summary>
internal sealed class RecorderActor : ReceiveActor
{
    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(250);

    /// <summary>What is written down; of values and of progress there is much more.</summary>
    private static readonly Type[] Heard =
        [typeof(InstrumentNotice.Appeared), typeof(InstrumentNotice.ChangedState), typeof(InstrumentNotice.WentOnline), typeof(InstrumentNotice.Said), typeof(InstrumentNotice.Misspoke)];

    private readonly List<LabEvent> _gathered = [];
    private readonly string _campaign;
    private readonly Ledger _ledger;
    private readonly TimeProvider _clock;
    private ITimer? _moment;

    /// <param name="clock">Measures the moment.</param>
    public RecorderActor(string campaign, Ledger ledger, TimeProvider clock)
    {
        (_campaign, _ledger, _clock) = (campaign, ledger, clock);
        Receive<InstrumentNotice.Appeared>(notice => Gather(new InstrumentSeen(
            notice.Instrument, notice.Birth.Family, notice.Birth.Identity, notice.Birth.Simulated, notice.Birth.Epoch, notice.Birth.SchemaHash, notice.Birth.RemembersSince)));
        Receive<InstrumentNotice.ChangedState>(notice => Gather(new InstrumentChanged(notice.Instrument, notice.State.Unit, Online: true, notice.State.At)));
        Receive<InstrumentNotice.WentOnline>(notice => Gather(new InstrumentChanged(notice.Instrument, null, notice.Online, notice.At)));
        Receive<InstrumentNotice.Said>(notice => Gather(new InstrumentSaid(notice.Instrument, notice.Event.Kind, notice.Event.Message)));
        Receive<InstrumentNotice.Misspoke>(notice => Gather(new InstrumentSaid(notice.Instrument, "quarantined", $"{notice.Topic}: {notice.Reason}")));
        Receive<Write>(_ => WriteDown());
    }

    protected override void PreStart()
    {
        foreach (var kind in Heard) Context.System.EventStream.Subscribe(Self, kind);
    }

    protected override void PostStop()
    {
        _moment?.Dispose();
        Context.System.EventStream.Unsubscribe(Self);
        WriteDown();
    }

    private void Gather(LabEvent seen)
    {
        if (_gathered.Count == 0)
        {
            var self = Self;
            _moment?.Dispose();
            _moment = _clock.CreateTimer(_ => self.Tell(Write.Now, ActorRefs.NoSender), null, GatherFor, Timeout.InfiniteTimeSpan);
        }

        _gathered.Add(seen);
    }

    private void WriteDown()
    {
        var events = _gathered.ToArray();
        _gathered.Clear();
        _ledger.Append(_campaign, events);
    }

    private sealed record Write
    {
        public static readonly Write Now = new();
    }
}
