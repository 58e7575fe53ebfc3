using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>
/// The packet identifiers in use and who waits for their answers. An identifier stays in use until the server has answered,
/// even where nobody waits any more, so that it cannot stand for two messages at once.
/// </summary>
internal sealed class PendingAnswers(UnfinishedMessages unfinished)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Pending> _pending = [];
    private Exception? _failure;

    /// <summary>One request that waits; <see cref="Received"/> keeps PUBREC until PUBCOMP ends the exchange.</summary>
    public sealed class Pending(ushort id, MqttControlPacketType ends)
    {
        public ushort Id { get; } = id;
        public MqttControlPacketType Ends { get; } = ends;
        public AckPacket? Received { get; set; }

        /// <summary>Whether an earlier connection sent the message, so that it takes no room in this one's window.</summary>
        public bool IsAdopted { get; init; }

        public TaskCompletionSource<Packet> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <exception cref="MqttCommunicationException">The connection has ended.</exception>
    public Pending Begin(MqttControlPacketType ends)
    {
        lock (_gate)
        {
            if (_failure is not null) throw _failure;
            if (_pending.Count == ushort.MaxValue) throw new MqttCommunicationException("All 65535 packet identifiers wait for an answer of the server.");

            ushort id;
            do id = unfinished.NextId();
            while (_pending.ContainsKey(id));

            var pending = new Pending(id, ends);
            _pending.Add(id, pending);
            return pending;
        }
    }

    /// <summary>Keeps an identifier of an earlier connection in use until the server has released it.</summary>
    public void Adopt(ushort id)
    {
        lock (_gate) _pending.Add(id, new Pending(id, MqttControlPacketType.PubComp) { IsAdopted = true });
    }

    /// <summary>The request was never sent.</summary>
    public void Abandon(Pending pending)
    {
        lock (_gate) _pending.Remove(pending.Id);
    }

    /// <returns>Whether the answer ended a request of this connection.</returns>
    public bool End(ushort id, MqttControlPacketType kind, Packet answer)
    {
        Pending? pending;
        lock (_gate)
        {
            if (!_pending.TryGetValue(id, out pending) || pending.Ends != kind) return false;
            _pending.Remove(id);
        }

        pending.Answer.TrySetResult(answer);
        return !pending.IsAdopted;
    }

    /// <summary>Takes PUBREC. A refusal ends the exchange.</summary>
    /// <returns>Whether PUBREL is to be sent, whether the exchange is known, and whether it has ended.</returns>
    public (bool IsKnown, bool HasEnded) Receive(AckPacket pubRec)
    {
        Pending? pending;
        lock (_gate)
        {
            if (!_pending.TryGetValue(pubRec.PacketId, out pending) || pending.Ends != MqttControlPacketType.PubComp) return (false, false);

            pending.Received = pubRec;
            if (!pubRec.IsFailure) return (true, false);
            _pending.Remove(pubRec.PacketId);
        }

        pending.Answer.TrySetResult(pubRec);
        return (true, !pending.IsAdopted);
    }

    public void Fail(Exception failure)
    {
        Pending[] waiting;
        lock (_gate)
        {
            _failure ??= failure;
            waiting = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (var pending in waiting)
        {
            if (pending.Ends == MqttControlPacketType.PubComp) unfinished.Add(pending.Id);
            pending.Answer.TrySetException(failure);
            // An exception nobody waits for must not surface as unobserved.
            _ = pending.Answer.Task.Exception;
        }
    }
}
