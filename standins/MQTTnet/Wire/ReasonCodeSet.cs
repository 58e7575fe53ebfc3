using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>Which reason codes a packet may carry (MQTT 5, table 2-6).</summary>
internal readonly struct ReasonCodeSet
{
    public static readonly ReasonCodeSet ConnAck = new(
        0, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9F);

    public static readonly ReasonCodeSet Disconnect = new(
        0, 4, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F,
        0xA0, 0xA1, 0xA2);

    public static readonly ReasonCodeSet Auth = new(0, 0x18, 0x19);

    private static readonly ReasonCodeSet _received = new(0, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99);
    private static readonly ReasonCodeSet _released = new(0, 0x92);
    private static readonly ReasonCodeSet _subAck = new(0, 1, 2, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2);
    private static readonly ReasonCodeSet _subAckV311 = new(0, 1, 2, 0x80);
    private static readonly ReasonCodeSet _unsubAck = new(0, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91);

    private readonly UInt128 _low, _high;

    private ReasonCodeSet(params ReadOnlySpan<byte> codes)
    {
        foreach (var code in codes)
        {
            if (code < 128) _low |= UInt128.One << code;
            else _high |= UInt128.One << (code - 128);
        }
    }

    public static ReasonCodeSet Of(MqttControlPacketType kind, bool isV5 = true) => kind switch
    {
        MqttControlPacketType.PubAck or MqttControlPacketType.PubRec => _received,
        MqttControlPacketType.PubRel or MqttControlPacketType.PubComp => _released,
        MqttControlPacketType.SubAck => isV5 ? _subAck : _subAckV311,
        MqttControlPacketType.UnsubAck => _unsubAck,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This packet has no reason code of its own."),
    };

    /// <exception cref="MalformedPacketException">The code is none of this set.</exception>
    public byte Require(byte code) =>
        ((code < 128 ? _low >> code : _high >> (code - 128)) & 1) != 0
            ? code
            : throw MalformedPacketException.Protocol($"Reason code 0x{code:X2} does not belong in this packet.");
}
