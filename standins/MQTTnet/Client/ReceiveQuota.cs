using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>The messages with QoS 1 and 2 that the server has under way to this client; no more than the receive maximum (MQTT 5, 3.3.4).</summary>
internal sealed class ReceiveQuota(int size)
{
    private readonly HashSet<ushort> _underWay = [];

    /// <exception cref="MalformedPacketException">The server sent more than it may.</exception>
    public void Enter(ushort packetId)
    {
        lock (_underWay)
        {
            if (_underWay.Add(packetId) && _underWay.Count > size)
            {
                throw new MalformedPacketException(
                    MqttDisconnectReasonCode.ReceiveMaximumExceeded, $"{_underWay.Count} messages wait for their acknowledgement; at most {size} may.");
            }
        }
    }

    public void Leave(ushort packetId)
    {
        lock (_underWay) _underWay.Remove(packetId);
    }
}
