namespace MQTTnet;

/// <summary>
/// Which QoS 2 messages this client has taken and not yet released (MQTT 5, 4.3.3). It outlives a connection where the server
/// kept the session, so that a message sent again after a break is not delivered twice.
/// </summary>
internal sealed class ReceivedMessages
{
    private readonly Dictionary<ushort, bool> _isAcknowledged = [];
    private readonly Lock _gate = new();

    /// <returns>New: deliver it. Waiting: its handler runs. Acknowledged: say PUBREC again.</returns>
    public Standing Take(ushort packetId)
    {
        lock (_gate)
        {
            if (_isAcknowledged.TryGetValue(packetId, out var acknowledged)) return acknowledged ? Standing.Acknowledged : Standing.Waiting;

            _isAcknowledged.Add(packetId, false);
            return Standing.New;
        }
    }

    public void Acknowledge(ushort packetId)
    {
        lock (_gate) _isAcknowledged[packetId] = true;
    }

    /// <summary>The message was released, or refused.</summary>
    /// <returns>Whether it was known.</returns>
    public bool Forget(ushort packetId)
    {
        lock (_gate) return _isAcknowledged.Remove(packetId);
    }

    /// <summary>A new connection begins: the server sends everything again that was not acknowledged.</summary>
    public void Resume(bool isSessionPresent)
    {
        lock (_gate)
        {
            foreach (var (packetId, acknowledged) in _isAcknowledged)
            {
                if (!isSessionPresent || !acknowledged) _isAcknowledged.Remove(packetId);
            }
        }
    }

    internal enum Standing
    {
        New,
        Waiting,
        Acknowledged,
    }
}
