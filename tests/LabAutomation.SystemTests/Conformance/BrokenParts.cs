using System.Collections.Concurrent;
using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.SystemTests.Conformance;

/// <summary>What a broken driver remembers of its own conversation.</summary>
internal sealed class Talk
{
    public ConcurrentDictionary<ActionId, bool> Accepted { get; } = new();

    public ActionId? Running { get; private set; }

    public UnitState Unit { get; private set; }

    public void Note(BusMessage message)
    {
        if (message.Payload.IsEmpty) return;
        if (message.Topic.EndsWith("/state", StringComparison.Ordinal))
        {
            var state = FrameCodec.Decode<StateFrame>(message.Payload);
            (Unit, Running) = (state.Unit, state.Action);
        }
        else if (message.Topic.EndsWith("/status", StringComparison.Ordinal))
        {
            Accepted[FrameCodec.Decode<StatusFrame>(message.Payload).Action] = true;
        }
    }

    public ActionId? IsCancelOf(BusMessage message) => message.Topic.EndsWith("/ctl/cancel", StringComparison.Ordinal) ? FrameCodec.Decode<ControlFrame>(message.Payload).Action : null;
}

/// <summary>Tells of what waits that it was cancelled, and carries it out in its turn without a word.</summary>
internal sealed class CancelledInWords
{
    private readonly Talk _talk = new();
    private readonly ConcurrentDictionary<ActionId, bool> _silenced = new();
    private ActionId? _asked;

    /// <summary>The host is told to cancel what it does not know, and its complaint makes room for the lie.</summary>
    public BusMessage Incoming(BusMessage message)
    {
        if (_talk.IsCancelOf(message) is not { } action || !_talk.Accepted.ContainsKey(action) || _talk.Running == action) return message;
        _asked = action;
        return message with { Payload = FrameCodec.Encode(FrameCodec.Decode<ControlFrame>(message.Payload) with { Action = ActionId.Derive("nobody", 0, "nothing", 0, 1) }) };
    }

    public IEnumerable<BusMessage> Outgoing(BusMessage message)
    {
        _talk.Note(message);
        if (_asked is { } action && message.Topic.EndsWith("/event", StringComparison.Ordinal))
        {
            (_asked, _silenced[action]) = (null, true);
            var now = FrameCodec.Decode<EventFrame>(message.Payload).At;
            var result = new ResultFrame(action, ActionStatus.Cancelled, CauseCode.Success, "cancelled before it started", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], now, now, 1);
            return [BusMessage.Retained(Topics.Of("kit", "unit").Result(action), result)];
        }

        if (_silenced.Keys.Any(told => message.Topic.Contains(told.ToString(), StringComparison.Ordinal))) return [];
        if (!message.Topic.EndsWith("/state", StringComparison.Ordinal) || FrameCodec.Decode<StateFrame>(message.Payload) is not { Action: { } running } state || !_silenced.ContainsKey(running)) return [message];
        return [message with { Payload = FrameCodec.Encode(state with { Action = null }) }];
    }
}

/// <summary>A host that takes its last command for a new one when its link to the broker comes back.</summary>
internal sealed class ForgetfulBus(ILabBus bus) : ILabBus
{
    private BusMessage? _last;
    private Action<BusMessage>? _command;

    public event Action<bool>? ConnectionChanged
    {
        add => bus.ConnectionChanged += value;
        remove => bus.ConnectionChanged -= value;
    }

    public string ClientId => bus.ClientId;

    public bool IsConnected => bus.IsConnected;

    public Task TakenOver => bus.TakenOver;

    public async Task StartAsync(CancellationToken cancellation)
    {
        await bus.StartAsync(cancellation);
        bus.ConnectionChanged += connected =>
        {
            if (connected && _last is { } last) _command!(last with { CorrelationData = ActionId.Derive("again", 0, "again", 0, 1).ToBytes() });
        };
    }

    public Task PublishAsync(BusMessage message, CancellationToken cancellation) => bus.PublishAsync(message, cancellation);

    public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation)
    {
        if (!filter.Contains("/cmd/", StringComparison.Ordinal)) return bus.SubscribeAsync(filter, handler, cancellation);
        _command = handler;
        return bus.SubscribeAsync(filter, message => handler(_last = message), cancellation);
    }

    public ValueTask DisposeAsync() => bus.DisposeAsync();
}

/// <summary>A host that carries out once it is cleared what it was sent in some state, whatever it had answered.</summary>
internal sealed class UnforgettingBus(ILabBus bus, UnitState sentIn) : ILabBus
{
    private readonly Talk _talk = new();
    private readonly ConcurrentQueue<BusMessage> _sent = new();
    private Action<BusMessage>? _command;
    private bool _wasStopped;

    public event Action<bool>? ConnectionChanged
    {
        add => bus.ConnectionChanged += value;
        remove => bus.ConnectionChanged -= value;
    }

    public string ClientId => bus.ClientId;

    public bool IsConnected => bus.IsConnected;

    public Task TakenOver => bus.TakenOver;

    public Task StartAsync(CancellationToken cancellation) => bus.StartAsync(cancellation);

    public async Task PublishAsync(BusMessage message, CancellationToken cancellation)
    {
        await bus.PublishAsync(message, cancellation);
        _talk.Note(message);
        _wasStopped |= _talk.Unit == UnitState.Aborted;
        if (!_wasStopped || _talk.Unit != UnitState.Idle) return;
        _wasStopped = false;
        while (_sent.TryDequeue(out var last)) _command!(last with { CorrelationData = ActionId.Derive("after", 0, "the clear", 0, 1).ToBytes() });
    }

    public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation)
    {
        if (!filter.Contains("/cmd/", StringComparison.Ordinal)) return bus.SubscribeAsync(filter, handler, cancellation);
        _command = handler;
        return bus.SubscribeAsync(
            filter,
            message =>
            {
                if (_talk.Unit == sentIn) _sent.Enqueue(message);
                handler(message);
            },
            cancellation);
    }

    public ValueTask DisposeAsync() => bus.DisposeAsync();
}

/// <summary>Holds the birth back until a state is out.</summary>
internal sealed class StateFirst
{
    private BusMessage? _birth;
    private bool _stated;

    public IEnumerable<BusMessage> Outgoing(BusMessage message)
    {
        if (message.Topic.EndsWith("/birth", StringComparison.Ordinal) && !_stated)
        {
            _birth = message;
            return [];
        }

        if (!message.Topic.EndsWith("/state", StringComparison.Ordinal) || _stated) return [message];
        _stated = true;
        return _birth is null ? [message] : [message, _birth];
    }
}

/// <summary>Every birth but the first of a connection has a higher epoch.</summary>
internal sealed class SecondBirth
{
    private int _births;

    public IEnumerable<BusMessage> Outgoing(BusMessage message)
    {
        if (!message.Topic.EndsWith("/birth", StringComparison.Ordinal) || ++_births == 1) return [message];
        var birth = FrameCodec.Decode<Birth>(message.Payload);
        return [message with { Payload = FrameCodec.Encode(birth with { Epoch = birth.Epoch + 1 }) }];
    }
}

/// <summary>Some commands whose id is known get a new id, and their answers the old one.</summary>
internal sealed class Twice(Func<BusMessage, BusMessage, bool> isAnother)
{
    private readonly ConcurrentDictionary<ActionId, BusMessage> _first = new();
    private readonly ConcurrentDictionary<string, string> _renamed = new();
    private int _next;

    public BusMessage Incoming(BusMessage message)
    {
        if (!message.Topic.Contains("/cmd/", StringComparison.Ordinal) || message.CorrelationData.Length != 16) return message;
        var action = ActionId.FromBytes(message.CorrelationData.Span);
        if (_first.TryAdd(action, message) || !isAnother(_first[action], message)) return message;
        var other = ActionId.Derive(action.ToString(), 0, "again", ++_next, 1);
        _renamed[other.ToString()] = action.ToString();
        return message with { CorrelationData = other.ToBytes() };
    }

    public BusMessage Outgoing(BusMessage message)
    {
        foreach (var (other, action) in _renamed) message = BentBus.Replace(message, other, action) with { Topic = message.Topic.Replace(other, action, StringComparison.Ordinal) };
        return message;
    }
}

/// <summary>Some messages of a host go out, or come in, late; the others do not wait for them.</summary>
internal sealed class SlowBus(ILabBus bus, TimeSpan delay, Func<BusMessage, bool> isSlowOut, Func<BusMessage, bool> isSlowIn) : ILabBus
{
    public event Action<bool>? ConnectionChanged
    {
        add => bus.ConnectionChanged += value;
        remove => bus.ConnectionChanged -= value;
    }

    public string ClientId => bus.ClientId;

    public bool IsConnected => bus.IsConnected;

    public Task TakenOver => bus.TakenOver;

    public Task StartAsync(CancellationToken cancellation) => bus.StartAsync(cancellation);

    public Task PublishAsync(BusMessage message, CancellationToken cancellation)
    {
        if (!isSlowOut(message)) return bus.PublishAsync(message, cancellation);
        _ = LateAsync(() => bus.PublishAsync(message, cancellation));
        return Task.CompletedTask;
    }

    public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation) => bus.SubscribeAsync(
        filter,
        message =>
        {
            if (isSlowIn(message)) _ = LateAsync(() => { handler(message); return Task.CompletedTask; });
            else handler(message);
        },
        cancellation);

    public ValueTask DisposeAsync() => bus.DisposeAsync();

    private async Task LateAsync(Func<Task> act)
    {
        await Task.Delay(delay);
        try
        {
            await act();
        }
        catch (ObjectDisposedException)
        {
            // The check is over.
        }
    }
}
