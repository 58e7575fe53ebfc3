using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>Reads CONNECT (MQTT 5, 3.1), which says itself in which version it is written.</summary>
internal static class ConnectDecoder
{
    private const int CleanStart = 2, HasWill = 4, WillRetain = 0x20, HasPassword = 0x40, HasUserName = 0x80;

    public static ConnectPacket Read(ref WireReader reader)
    {
        var name = reader.String();
        var level = reader.Byte();
        if (name != "MQTT" || level is not (4 or 5)) throw new UnsupportedVersionException(name, level);

        var version = (MqttProtocolVersion)level;
        try
        {
            return ReadRest(version, ref reader);
        }
        catch (MalformedPacketException malformed) when (version == MqttProtocolVersion.V500)
        {
            throw new MalformedPacketException(malformed.ReasonCode, malformed.Message) { IsConnectV5 = true };
        }
    }

    private static ConnectPacket ReadRest(MqttProtocolVersion version, ref WireReader reader)
    {
        var isV5 = version == MqttProtocolVersion.V500;
        var flags = reader.Byte();
        RequireFlags(flags, isV5);
        var keepAlive = reader.UInt16();
        var properties = isV5 ? PropertyReader.Read(ref reader, PropertySet.Connect) : PacketProperties.None;
        if (properties is { AuthenticationData: not null, AuthenticationMethod: null })
            throw MalformedPacketException.Protocol("CONNECT has authentication data without an authentication method.");

        var connect = new ConnectPacket
        {
            Version = version,
            CleanStart = (flags & CleanStart) != 0,
            KeepAliveSeconds = keepAlive,
            Properties = properties,
            ClientId = reader.String(),
            Will = (flags & HasWill) != 0 ? ReadWill(flags, ref reader, isV5) : null,
            UserName = (flags & HasUserName) != 0 ? reader.String() : null,
            Password = (flags & HasPassword) != 0 ? reader.Binary() : null,
        };
        reader.RequireEnd("CONNECT");
        return connect;
    }

    private static void RequireFlags(int flags, bool isV5)
    {
        var quality = (flags >> 3) & 3;
        if ((flags & 1) != 0) throw MalformedPacketException.Malformed("CONNECT has its reserved flag set.");
        if (quality == 3) throw MalformedPacketException.Malformed("CONNECT has a will with QoS 3.");
        if ((flags & HasWill) == 0 && (quality != 0 || (flags & WillRetain) != 0))
            throw MalformedPacketException.Malformed("CONNECT has QoS or retain of a will, but no will.");
        if (!isV5 && (flags & HasPassword) != 0 && (flags & HasUserName) == 0)
            throw MalformedPacketException.Malformed("CONNECT has a password without a user name, which MQTT 3.1.1 does not allow.");
    }

    private static WillMessage ReadWill(int flags, ref WireReader reader, bool isV5)
    {
        var properties = isV5 ? PropertyReader.Read(ref reader, PropertySet.Will) : PacketProperties.None;
        var topic = reader.String();
        if (topic.Length == 0 || topic.AsSpan().ContainsAny('+', '#'))
            throw new MalformedPacketException(MqttDisconnectReasonCode.TopicNameInvalid, $"The will's topic '{topic}' is empty or has a wildcard.");

        return new WillMessage
        {
            Topic = topic,
            Payload = reader.Binary(),
            Properties = properties,
            Quality = (MqttQualityOfServiceLevel)((flags >> 3) & 3),
            Retain = (flags & WillRetain) != 0,
        };
    }
}
