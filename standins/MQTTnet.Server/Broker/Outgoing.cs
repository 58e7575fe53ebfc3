using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>A message on its way to one session.</summary>
internal sealed class Outgoing
{
    private long _size;

    public required MqttApplicationMessage Message { get; init; }
    public required PacketProperties Properties { get; init; }
    public required MqttQualityOfServiceLevel Quality { get; init; }
    public required bool Retain { get; init; }
    public List<uint>? SubscriptionIdentifiers { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The shared subscription that chose this session for the message.</summary>
    public SharedGroup? Group { get; set; }

    /// <summary>0 for QoS 0, and as long as none is needed.</summary>
    public ushort PacketId { get; set; }

    public long Order { get; set; }

    /// <summary>Where the log has the message; it is not sent before the log is written so far.</summary>
    public long Position { get; set; }

    /// <summary>Whether the client may have seen the message before.</summary>
    public bool IsDuplicate { get; set; }

    /// <summary>PUBREC has come.</summary>
    public bool IsReceived { get; set; }

    /// <summary>Whether it was sent on the connection of now, and counts towards the client's receive maximum.</summary>
    public bool IsOutstanding { get; set; }

    /// <summary>Whether it waits no longer: it was sent on this connection or an earlier one.</summary>
    public bool HasLeft { get; set; }

    /// <summary>Bytes of memory, about.</summary>
    public long Size => _size > 0 ? _size : _size = MessageSize.Of(Message);

    public bool HasExpired(DateTimeOffset now) => ExpiresAt <= now;

    public PublishPacket ToPacket(DateTimeOffset now)
    {
        var properties = Properties;
        if (SubscriptionIdentifiers is not null || ExpiresAt is not null)
        {
            properties = properties with
            {
                SubscriptionIdentifiers = SubscriptionIdentifiers,
                // A receiver is told what is left of the interval (MQTT 5, 3.3.2.3.3).
                MessageExpiryInterval = ExpiresAt is { } end ? (uint)Math.Max(1, Math.Ceiling((end - now).TotalSeconds)) : null,
            };
        }

        return new PublishPacket
        {
            Topic = Message.Topic,
            Payload = Message.Payload.ToMemory(),
            Quality = Quality,
            Retain = Retain,
            PacketId = PacketId,
            Duplicate = IsDuplicate,
            Properties = properties,
        };
    }
}
