using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet.Wire;

internal abstract class Packet;

internal sealed class ConnectPacket : Packet
{
    public MqttProtocolVersion Version { get; init; } = MqttProtocolVersion.V500;
    public string ClientId { get; set; } = "";
    public bool CleanStart { get; init; }
    public ushort KeepAliveSeconds { get; init; }
    public string? UserName { get; init; }
    public byte[]? Password { get; init; }
    public WillMessage? Will { get; init; }
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}

internal sealed class WillMessage
{
    public required string Topic { get; init; }
    public byte[] Payload { get; init; } = [];
    public MqttQualityOfServiceLevel Quality { get; init; }
    public bool Retain { get; init; }
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}

internal sealed class ConnAckPacket : Packet
{
    public bool SessionPresent { get; init; }
    public MqttConnectReasonCode ReasonCode { get; init; }
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}

internal sealed class PublishPacket : Packet
{
    public string Topic { get; set; } = "";
    public ushort PacketId { get; init; }
    public MqttQualityOfServiceLevel Quality { get; init; }
    public bool Retain { get; init; }
    public bool Duplicate { get; init; }
    public ReadOnlyMemory<byte> Payload { get; init; }
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP: one shape, four kinds.</summary>
internal sealed class AckPacket(MqttControlPacketType kind, ushort packetId, byte reasonCode = 0) : Packet
{
    public const byte NotFound = 0x92;

    public MqttControlPacketType Kind { get; } = kind;
    public ushort PacketId { get; } = packetId;
    public byte ReasonCode { get; } = reasonCode;
    public PacketProperties Properties { get; init; } = PacketProperties.None;
    public bool IsFailure => ReasonCode >= 0x80;
}

internal sealed class SubscribePacket : Packet
{
    public ushort PacketId { get; init; }
    public List<MqttTopicFilter> Filters { get; init; } = [];
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}

internal sealed class UnsubscribePacket : Packet
{
    public ushort PacketId { get; init; }
    public List<string> Filters { get; init; } = [];
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}

/// <summary>SUBACK or UNSUBACK. MQTT 3.1.1 has no codes in UNSUBACK.</summary>
internal sealed class FilterAckPacket(MqttControlPacketType kind, ushort packetId) : Packet
{
    public MqttControlPacketType Kind { get; } = kind;
    public ushort PacketId { get; } = packetId;
    public byte[] ReasonCodes { get; init; } = [];
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}

internal sealed class PingReqPacket : Packet
{
    public static readonly PingReqPacket Instance = new();
}

internal sealed class PingRespPacket : Packet
{
    public static readonly PingRespPacket Instance = new();
}

internal sealed class DisconnectPacket : Packet
{
    public MqttDisconnectReasonCode ReasonCode { get; init; }
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}

internal sealed class AuthPacket : Packet
{
    public byte ReasonCode { get; init; }
    public PacketProperties Properties { get; init; } = PacketProperties.None;
}
