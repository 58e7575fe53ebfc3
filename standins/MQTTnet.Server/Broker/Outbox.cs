using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>
/// What one session is still to receive: messages that wait, at most <paramref name="capacity"/> and <see cref="ServerLimits.PendingBytes"/>,
/// and messages that were sent and not acknowledged, at most as many again and never more than the client's receive maximum.
/// A message gets its identifier when it is sent, or at once where the log has to name it.
/// </summary>
internal sealed class Outbox(int capacity, MqttPendingMessagesOverflowStrategy overflow, TimeProvider clock)
{
    private const int LargestBacklog = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<Outgoing> _waiting = new();
    private readonly Dictionary<ushort, Outgoing> _identified = [];
    private readonly Queue<Outgoing> _again = new();
    private PacketChannel? _channel;
    private SessionLog? _log;
    private uint _number;
    private long _waitingBytes, _sentBytes;
    private int _window, _outstanding, _pumps;
    private ushort _lastId;

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
            lock (_gate) return _identified.Count - _waiting.Count(message => message.PacketId != 0);
        }
    }

    /// <summary>From now on the log is told what becomes of the messages.</summary>
    public void Record(SessionLog log, uint number)
    {
        lock (_gate) (_log, _number) = (log, number);
    }

    /// <summary>Queues a message; <see cref="Pump"/> sends it.</summary>
    /// <param name="message">The message, without an identifier yet.</param>
    /// <param name="isHeld">Whether one with an identifier is not sent before its position in the log is known and written.</param>
    /// <returns>Whether this message is queued, and whether one was dropped for it: this one or an older one.</returns>
    public (bool IsQueued, bool HasDropped) Add(Outgoing message, bool isHeld)
    {
        lock (_gate)
        {
            if (_channel is null && message.Quality == MqttQualityOfServiceLevel.AtMostOnce) return (false, true);

            var isNamed = isHeld && message.Quality != MqttQualityOfServiceLevel.AtMostOnce;
            var hasDropped = false;
            while (_waiting.Count >= capacity || _waitingBytes + message.Size > ServerLimits.PendingBytes || (isNamed && _identified.Count == ushort.MaxValue))
            {
                if (overflow == MqttPendingMessagesOverflowStrategy.DropNewMessage || _waiting.Count == 0) return (false, true);

                Drop(Dequeue());
                hasDropped = true;
            }

            if (isNamed)
            {
                Identify(message);
                message.Position = long.MaxValue;
            }

            Enqueue(message);
            return (true, hasDropped);
        }
    }

    /// <summary>Takes a message back as an earlier process left it.</summary>
    public void Restore(Outgoing message)
    {
        lock (_gate)
        {
            _identified[message.PacketId] = message;
            message.IsDuplicate = true;
            if (message.IsReceived) Leave(message);
            else Enqueue(message);
            _lastId = message.PacketId;
        }
    }

    /// <summary>Everything with QoS 1 or 2, in its order. Where a log is kept, all of it has identifiers.</summary>
    public List<Outgoing> Identified()
    {
        lock (_gate)
        {
            var unnamed = _waiting.Where(message => message.PacketId == 0 && message.Quality != MqttQualityOfServiceLevel.AtMostOnce);
            return [.. _identified.Values.Concat(unnamed).OrderBy(message => message.Order)];
        }
    }

    /// <summary>A connection begins; what was not acknowledged on an earlier one goes out first, in its order.</summary>
    public void Attach(PacketChannel channel, ushort receiveMaximum)
    {
        lock (_gate)
        {
            _channel = channel;
            (_window, _outstanding) = (Math.Min(receiveMaximum, Math.Max(1, capacity)), 0);
            _again.Clear();
            var waiting = _waiting.ToHashSet();
            foreach (var message in _identified.Values.Where(message => !waiting.Contains(message)).OrderBy(message => message.Order))
            {
                message.IsOutstanding = false;
                _again.Enqueue(message);
            }
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
        lock (_gate)
        {
            while (_waiting.Count > 0) Drop(Dequeue());
        }
    }

    /// <summary>PUBACK, PUBCOMP or a refusing PUBREC: the exchange is over.</summary>
    /// <exception cref="MalformedPacketException">The message was sent with another QoS, or PUBCOMP comes before PUBREC.</exception>
    public void Complete(AckPacket ack)
    {
        lock (_gate)
        {
            if (!_identified.TryGetValue(ack.PacketId, out var message) || !message.IsOutstanding) return;

            RequireKind(ack, message);
            if (ack.Kind == MqttControlPacketType.PubComp && !message.IsReceived)
                throw MalformedPacketException.Protocol($"PUBCOMP ends message {ack.PacketId}, for which PUBREC has not come.");

            Drop(message);
        }

        Pump();
    }

    /// <summary>PUBREC: the message has arrived and only its release is left.</summary>
    /// <returns>Whether the identifier was known.</returns>
    /// <exception cref="MalformedPacketException">The message was sent with QoS 1.</exception>
    public bool Receive(AckPacket ack)
    {
        lock (_gate)
        {
            if (!_identified.TryGetValue(ack.PacketId, out var message) || !message.IsOutstanding) return false;

            RequireKind(ack, message);
            if (!message.IsReceived) _log?.Append(new ReceivedEntry(_number, ack.PacketId));
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
            PacketChannel? used = null;
            while (SendNext(ref used))
            {
            }

            used?.Flush();
        }
        while (Interlocked.Add(ref _pumps, -seen) > 0);
    }

    private static void RequireKind(AckPacket ack, Outgoing message)
    {
        if (ack.Kind == MqttControlPacketType.PubAck != (message.Quality == MqttQualityOfServiceLevel.AtLeastOnce))
            throw MalformedPacketException.Protocol($"{ack.Kind} answers message {ack.PacketId}, which was sent with QoS {(int)message.Quality}.");
    }

    private bool SendNext(ref PacketChannel? used)
    {
        PacketChannel? channel;
        Outgoing? message;
        lock (_gate)
        {
            channel = _channel;
            if (channel is null || channel.Backlog > LargestBacklog) return false;

            message = NextAgain() ?? NextWaiting();
            if (message is null) return false;
        }

        try
        {
            used = channel;
            channel.Collect(message.IsReceived
                ? new AckPacket(MqttControlPacketType.PubRel, message.PacketId)
                : message.ToPacket(message.ExpiresAt is null ? default : clock.GetUtcNow()));
            message.IsDuplicate = true;
            return true;
        }
        catch (MqttProtocolViolationException)
        {
            // The client accepts no packet of this size: for it the message does not exist (MQTT 5, 3.1.2.11.4).
            lock (_gate) Drop(message);
            return true;
        }
        catch (MqttCommunicationException)
        {
            Detach(channel);
            return false;
        }
    }

    private Outgoing? NextAgain()
    {
        if (!_again.TryPeek(out var message) || _outstanding >= _window) return null;

        _again.Dequeue();
        return Sent(message);
    }

    private Outgoing? NextWaiting()
    {
        if (_again.Count > 0) return null;

        while (_waiting.TryPeek(out var message))
        {
            if (message.ExpiresAt is not null && message.HasExpired(clock.GetUtcNow()))
            {
                Drop(Dequeue());
                continue;
            }

            if (message.Quality == MqttQualityOfServiceLevel.AtMostOnce) return Dequeue();
            if (_outstanding >= _window || message.Position > (_log?.Written ?? 0)) return null;
            if (_sentBytes > 0 && _sentBytes + message.Size > ServerLimits.PendingBytes) return null;

            Leave(Dequeue());
            if (message.PacketId == 0) Identify(message);
            return Sent(message);
        }

        return null;
    }

    private Outgoing Sent(Outgoing message)
    {
        message.IsOutstanding = true;
        _outstanding++;
        return message;
    }

    private void Enqueue(Outgoing message)
    {
        _waiting.Enqueue(message);
        _waitingBytes += message.Size;
    }

    private Outgoing Dequeue()
    {
        var message = _waiting.Dequeue();
        _waitingBytes -= message.Size;
        return message;
    }

    private void Leave(Outgoing message)
    {
        message.HasLeft = true;
        _sentBytes += message.Size;
    }

    private void Identify(Outgoing message)
    {
        message.PacketId = NextId();
        _identified.Add(message.PacketId, message);
    }

    private void Drop(Outgoing message)
    {
        if (message.PacketId == 0 || _identified.GetValueOrDefault(message.PacketId) != message) return;

        _identified.Remove(message.PacketId);
        if (message.HasLeft) _sentBytes -= message.Size;
        if (message.IsOutstanding) _outstanding--;
        message.IsOutstanding = false;
        _log?.Append(new DoneEntry(_number, message.PacketId));
    }

    private ushort NextId()
    {
        do _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        while (_identified.ContainsKey(_lastId));
        return _lastId;
    }
}
