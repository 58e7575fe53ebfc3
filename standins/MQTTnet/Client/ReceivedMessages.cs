using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>
/// Which QoS 2 messages this client has taken and not yet released (MQTT 5, 4.3.3). It outlives a connection where the server
/// kept the session, so that a message sent again after a break is not delivered twice.
/// </summary>
internal sealed class ReceivedMessages
{
    private readonly Dictionary<ushort, Receipt> _receipts = [];
    private readonly Lock _gate = new();
    private int _connection;

    internal enum Standing
    {
        Waiting,
        Handled,
        Left,
        Acknowledged,
    }

    /// <summary>A new connection begins. What no handler has begun with, or left unacknowledged, the server sends again.</summary>
    /// <returns>The number of the connection; what older ones still read is not looked at.</returns>
    public int Resume(bool isSessionPresent)
    {
        lock (_gate)
        {
            foreach (var (packetId, receipt) in _receipts)
            {
                if (!isSessionPresent || receipt.Standing is Standing.Waiting or Standing.Left) _receipts.Remove(packetId);
            }

            return ++_connection;
        }
    }

    /// <param name="packetId">The identifier in PUBLISH.</param>
    /// <param name="connection">What <see cref="Resume"/> said.</param>
    /// <param name="send">Sends PUBREC on the connection that the message came on; for one sent again, on the later of the two.</param>
    /// <returns>Null where the message was taken before and must not be delivered again.</returns>
    public Receipt? Take(ushort packetId, int connection, Action<AckPacket> send)
    {
        lock (_gate)
        {
            if (connection != _connection) return null;
            if (!_receipts.TryGetValue(packetId, out var known)) return _receipts[packetId] = new Receipt(packetId, send);

            known.Send = send;
            if (known.Standing != Standing.Acknowledged) return null;
        }

        send(new AckPacket(MqttControlPacketType.PubRec, packetId));
        return null;
    }

    /// <returns>False where a new connection has begun since, which brings the message again.</returns>
    public bool Begin(Receipt receipt)
    {
        lock (_gate)
        {
            if (!IsCurrent(receipt)) return false;

            receipt.Standing = Standing.Handled;
            return true;
        }
    }

    /// <summary>The handlers have returned. Without an acknowledgement the message comes again with the next connection.</summary>
    public void Leave(Receipt receipt)
    {
        lock (_gate)
        {
            if (receipt.Standing == Standing.Handled) receipt.Standing = Standing.Left;
        }
    }

    /// <summary>A handler has failed: the message is taken as new when it comes again.</summary>
    public void Drop(Receipt receipt)
    {
        lock (_gate)
        {
            if (IsCurrent(receipt) && receipt.Standing != Standing.Acknowledged) _receipts.Remove(receipt.PacketId);
        }
    }

    /// <summary>Says PUBREC on the newest connection that brought the message. A refusal ends the exchange.</summary>
    public void Acknowledge(Receipt receipt, AckPacket pubRec)
    {
        lock (_gate)
        {
            if (IsCurrent(receipt))
            {
                receipt.Standing = Standing.Acknowledged;
                if (pubRec.IsFailure) _receipts.Remove(receipt.PacketId);
            }
        }

        receipt.Send(pubRec);
    }

    /// <summary>The message was released.</summary>
    /// <returns>Whether it was known.</returns>
    public bool Forget(ushort packetId)
    {
        lock (_gate) return _receipts.Remove(packetId);
    }

    private bool IsCurrent(Receipt receipt) => ReferenceEquals(_receipts.GetValueOrDefault(receipt.PacketId), receipt);

    /// <summary>One message under way.</summary>
    internal sealed class Receipt(ushort packetId, Action<AckPacket> send)
    {
        public ushort PacketId { get; } = packetId;

        public Action<AckPacket> Send { get; set; } = send;

        public Standing Standing { get; set; }
    }
}
