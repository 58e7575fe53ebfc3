using System.Collections.Immutable;
using System.Threading.Channels;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// Everything an instrument tells the lab, in order. It counts the sequence numbers and knows what is retained, so that all of it can be
/// told again to a broker that forgot. Nothing here waits; <see cref="PumpAsync"/> carries the messages out.
/// </summary>
internal sealed class Bulletin(InstrumentTopics topics, long epoch, TimeProvider clock)
{
    /// <summary>Messages that may wait for the broker. Beyond it events, answers and telemetry are not told: telemetry may be lost, and whoever has no answer asks again. States and results always are.</summary>
    public const int MostWaiting = 10_000;

    private readonly Channel<(BusMessage? Message, TaskCompletionSource? Reached)> _outbox =
        Channel.CreateUnbounded<(BusMessage?, TaskCompletionSource?)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly SortedDictionary<string, PropertyFrame> _properties = new(StringComparer.Ordinal);
    private Birth? _birth;
    private StateFrame? _state;
    private long _events;
    private long _waiting;
    private long _untold;

    /// <summary>See <see cref="HostedInstrument.Saying"/>.</summary>
    public Action<BusMessage> Saying { get; init; } = _ => { };

    /// <summary>Telemetry may be lost: while nobody can hear it, properties and progress are remembered and not sent.</summary>
    public bool IsHeard { get; set; } = true;

    public void Online() => Send(BusMessage.Retained(topics.Liveness, new Liveness(true, epoch)));

    public void Offline() => Send(BusMessage.Retained(topics.Liveness, new Liveness(false, epoch)));

    public void Announce(Birth birth)
    {
        _birth = birth;
        Send(BusMessage.Retained(topics.Birth, birth));
    }

    /// <summary>Who holds the instrument, in every state that is told from now on.</summary>
    public HeldLock? Lock { get; private set; }

    /// <summary>Told of a new or renewed lock.</summary>
    public event Action<HeldLock>? LockChanged;

    /// <summary>Tells the state again where the lock changed in between.</summary>
    public void Locked(HeldLock? held)
    {
        if (held == Lock) return;
        Lock = held;
        if (held is not null) LockChanged?.Invoke(held);
        if (_state is { } state) State(state.Device, state.Unit, state.Action);
    }

    /// <summary>Why the unit does not work, in every state that is told while it is aborted.</summary>
    public AbortReason? Aborted { get; set; }

    public void State(DeviceState device, UnitState unit, ActionId? action)
    {
        var aborted = unit is UnitState.Aborting or UnitState.Aborted ? Aborted : null;
        _state = new StateFrame(device, unit, (_state?.Seq ?? 0) + 1, epoch, action, clock.GetUtcNow(), Lock, aborted);
        Send(BusMessage.Retained(topics.State, _state));
    }

    public void Property(string name, Quantity value, Quality quality) => Tell(name, new PropertyFrame(value, quality, 0, clock.GetUtcNow()));

    /// <summary>The device cannot be asked any more: the last values stand, but are no values.</summary>
    public void Stale()
    {
        foreach (var (name, frame) in _properties.ToArray()) Tell(name, frame with { Quality = Quality.Stale });
    }

    public void Event(string kind, string message) => SendIfRoom(BusMessage.Of(topics.Event, new EventFrame(kind, ForeignText.Cut(message), ++_events, clock.GetUtcNow())));

    /// <param name="traceParent">The command's.</param>
    public void Reply(string topic, ReplyFrame reply, string? traceParent = null) => Reply(topic, BusMessage.Of(topic, reply with { Message = ForeignText.Cut(reply.Message) }), reply.Action.ToBytes(), traceParent);

    public void Reply(string topic, ControlReply reply, ReadOnlyMemory<byte> correlation) => Reply(topic, BusMessage.Of(topic, reply with { Message = ForeignText.Cut(reply.Message) }), correlation);

    public void Status(ActionId action, ActionStatus status, double progress, TimeSpan? eta, string step)
    {
        if (!IsHeard && status == ActionStatus.Running) return;
        var message = BusMessage.Retained(topics.Status(action), new StatusFrame(action, status, progress, eta?.TotalSeconds, ForeignText.Cut(step), clock.GetUtcNow()));
        if (status == ActionStatus.Running) SendIfRoom(message);
        else Send(message);
    }

    /// <summary>Data first, so that whoever reads the result finds them.</summary>
    /// <param name="retain">False where the caller has acknowledged before and only asks again; its data are gone then, and nothing refers to them.</param>
    /// <param name="again">Whether it was told before, and only a caller asks for it once more.</param>
    public void Result(ResultFrame result, ImmutableSortedDictionary<string, byte[]> data, double progress, bool retain = true, bool again = false)
    {
        if (again && !HasRoom())
        {
            Interlocked.Increment(ref _untold);
            return;
        }

        if (!retain) result = result with { Data = [] };
        foreach (var reference in result.Data)
            Send(new BusMessage(reference.Topic, data[reference.Name]) { Retain = retain, ContentType = reference.Media ?? Series.MediaType });
        Send(BusMessage.Of(topics.Result(result.Action), result) with { Retain = retain });
        if (retain) Status(result.Action, result.Status, progress, null, result.Message);
    }

    /// <summary>Takes an acknowledged action off the bus.</summary>
    public void Clear(ActionId action, IEnumerable<string> data)
    {
        Send(BusMessage.Cleared(topics.Status(action)));
        Send(BusMessage.Cleared(topics.Result(action)));
        foreach (var name in data) Send(BusMessage.Cleared(topics.Data(action, name)));
    }

    /// <summary>Tells again what a new connection has to know, with the numbers it had.</summary>
    public void Repeat()
    {
        Online();
        if (_birth is not null) Send(BusMessage.Retained(topics.Birth, _birth));
        if (_state is not null) Send(BusMessage.Retained(topics.State, _state));
        foreach (var (name, frame) in _properties.ToArray()) Tell(name, frame);
    }

    /// <summary>Completes when everything told so far has been taken by the broker.</summary>
    public Task FlushAsync()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_outbox.Writer.TryWrite((null, reached))) reached.TrySetCanceled();
        return reached.Task.Here();
    }

    /// <exception cref="BusRefusedException">The broker does not let the instrument speak on its own topics.</exception>
    public async Task PumpAsync(ILabBus bus, CancellationToken halt)
    {
        while (await _outbox.Reader.WaitToReadAsync(halt))
        {
            if (!_outbox.Reader.TryRead(out var next)) continue;
            var (message, reached) = next;
            reached?.TrySetResult();
            if (message is null) continue;
            var isLast = Interlocked.Decrement(ref _waiting) == 0;
            try
            {
                await bus.PublishAsync(message, halt);
            }
            catch (BusRefusedException error) when (message.Topic.StartsWith($"{Topics.Root}/clients/", StringComparison.Ordinal))
            {
                Event("reply_refused", error.Message);
            }

            if (isLast && Interlocked.Exchange(ref _untold, 0) is > 0 and var untold)
                Event("untold", $"{untold} events, answers and values were not told, since {MostWaiting} messages waited for the broker");
        }
    }

    private void Reply(string topic, BusMessage message, ReadOnlyMemory<byte> correlation, string? traceParent = null)
    {
        var properties = ImmutableSortedDictionary<string, string>.Empty.Add(CommandMessage.VersionKey, "1").Add(CommandMessage.SourceKey, topics.Instrument);
        if (traceParent is not null) properties = properties.Add(CommandMessage.TraceParentKey, traceParent);
        SendIfRoom(message with { Topic = topic, CorrelationData = correlation, Properties = properties });
    }

    private void Tell(string name, PropertyFrame frame)
    {
        var seq = _properties.GetValueOrDefault(name)?.Seq ?? 0;
        _properties[name] = frame with { Seq = IsHeard ? seq + 1 : seq };
        if (IsHeard) SendIfRoom(BusMessage.Retained(topics.Property(name), _properties[name]));
    }

    private void Send(BusMessage message)
    {
        Saying(message);
        Interlocked.Increment(ref _waiting);
        _outbox.Writer.TryWrite((message, null));
    }

    private void SendIfRoom(BusMessage message)
    {
        if (HasRoom())
        {
            Send(message);
            return;
        }

        Saying(message);
        Interlocked.Increment(ref _untold);
    }

    private bool HasRoom() => Interlocked.Read(ref _waiting) < MostWaiting;
}
