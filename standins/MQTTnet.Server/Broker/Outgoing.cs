using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>A message on its way to one session.</summary>
internal sealed class Outgoing
{
    public required MqttApplicationMessage Message { get; init; }
    public required MqttQualityOfServiceLevel Quality { get; init; }
    public required bool Retain { get; init; }
    public List<uint>? SubscriptionIdentifiers { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What is known of a message that was sent and not acknowledged.</summary>
    public ushort PacketId { get; set; }
    public long Order { get; set; }
    public bool IsReceived { get; set; }

    public bool HasExpired(DateTimeOffset now) => ExpiresAt <= now;

    public PublishPacket ToPacket(bool duplicate, DateTimeOffset now)
    {
        var properties = Message.ToProperties();
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
            Duplicate = duplicate,
            Properties = properties,
        };
    }
}
