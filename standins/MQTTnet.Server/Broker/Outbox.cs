using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>
/// What one session is still to receive: messages that wait, at most <paramref name="capacity"/>, and messages that were sent
/// and not acknowledged, at most as many again and never more than the client's receive maximum.
/// </summary>
internal sealed class Outbox(int capacity, MqttPendingMessagesOverflowStrategy overflow, TimeProvider clock)
{
    private const int LargestBacklog = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly LinkedList<Outgoing> _waiting = new();
    private readonly Dictionary<ushort, Outgoing> _inFlight = [];
    private readonly Queue<Outgoing> _again = new();
    private PacketChannel? _channel;
    private int _window;
    private int _pumps;
    private ushort _lastId;
    private long _order;

    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    public int InFlight
    {
        get
        {
            lock (_gate) return _inFlight.Count;
        }
    }

    /// <summary>Queues a message; <see cref="Pump"/> sends it.</summary>
    /// <returns>Whether no message was dropped for it, neither this nor an older one.</returns>
    public bool Add(Outgoing message)
    {
        lock (_gate)
        {
            if (_channel is null && message.Quality == MqttQualityOfServiceLevel.AtMostOnce) return false;

            var isFull = _waiting.Count >= capacity;
            if (isFull && overflow == MqttPendingMessagesOverflowStrategy.DropNewMessage) return false;
            if (isFull) _waiting.RemoveFirst();

            _waiting.AddLast(message);
            return !isFull;
        }
    }

    /// <summary>A connection begins; what was not acknowledged on an earlier one goes out first, in its order.</summary>
    public void Attach(PacketChannel channel, ushort receiveMaximum)
    {
        lock (_gate)
        {
            _channel = channel;
            _window = Math.Min(receiveMaximum, capacity);
            _again.Clear();
            foreach (var message in _inFlight.Values.OrderBy(message => message.Order)) _again.Enqueue(message);
        }
    }

    public void Detach(PacketChannel channel)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_channel, channel)) return;

            _channel = null;
            _again.Clear();
        }
    }

    public void ClearWaiting()
    {
        lock (_gate) _waiting.Clear();
    }

    /// <summary>PUBACK, PUBCOMP or a refusing PUBREC: the exchange is over.</summary>
    public void Complete(ushort packetId)
    {
        lock (_gate) _inFlight.Remove(packetId);
        Pump();
    }

    /// <summary>PUBREC: the message has arrived and only its release is left.</summary>
    /// <returns>Whether the identifier was known.</returns>
    public bool Receive(ushort packetId)
    {
        lock (_gate)
        {
            if (!_inFlight.TryGetValue(packetId, out var message) || message.Quality != MqttQualityOfServiceLevel.ExactlyOnce) return false;

            message.IsReceived = true;
            return true;
        }
    }

    /// <summary>Sends what may be sent. Any thread may call it; one at a time does the work, so the order is kept.</summary>
    public void Pump()
    {
        if (Interlocked.Increment(ref _pumps) > 1) return;

        int seen;
        do
        {
            seen = Volatile.Read(ref _pumps);
            while (SendNext())
            {
            }
        }
        while (Interlocked.Add(ref _pumps, -seen) > 0);
    }

    private bool SendNext()
    {
        PacketChannel? channel;
        Packet? packet;
        ushort packetId;
        lock (_gate)
        {
            channel = _channel;
            if (channel is null || channel.Backlog > LargestBacklog) return false;

            packet = NextAgain() ?? NextWaiting();
            if (packet is null) return false;
            packetId = packet is PublishPacket publish ? publish.PacketId : (ushort)0;
        }

        try
        {
            channel.Send(packet);
            return true;
        }
        catch (MqttProtocolViolationException)
        {
            // The client accepts no packet of this size: for it the message does not exist (MQTT 5, 3.1.2.11.4).
            lock (_gate) _inFlight.Remove(packetId);
            return true;
        }
        catch (MqttCommunicationException)
        {
            Detach(channel);
            return false;
        }
    }

    private Packet? NextAgain()
    {
        if (!_again.TryDequeue(out var message)) return null;

        return message.IsReceived
            ? new AckPacket(MqttControlPacketType.PubRel, message.PacketId)
            : message.ToPacket(duplicate: true, clock.GetUtcNow());
    }

    private PublishPacket? NextWaiting()
    {
        while (_waiting.First is { } first)
        {
            var message = first.Value;
            var now = message.ExpiresAt is null ? default : clock.GetUtcNow();
            if (!message.HasExpired(now))
            {
                if (message.Quality != MqttQualityOfServiceLevel.AtMostOnce)
                {
                    if (_inFlight.Count >= _window) return null;
                    message.PacketId = NextId();
                    message.Order = _order++;
                    _inFlight.Add(message.PacketId, message);
                }

                _waiting.RemoveFirst();
                return message.ToPacket(duplicate: false, now);
            }

            _waiting.RemoveFirst();
        }

        return null;
    }

    private ushort NextId()
    {
        do _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        while (_inFlight.ContainsKey(_lastId));
        return _lastId;
    }
}
