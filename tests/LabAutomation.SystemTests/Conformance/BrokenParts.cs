using System.Collections.Concurrent;
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
