using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>Reads packets (MQTT 3.1.1 and 5, chapter 3) and refuses every byte that the standard does not allow.</summary>
internal static class PacketDecoder
{
    /// <summary>Filters of one SUBSCRIBE or UNSUBSCRIBE: a packet of 32 MiB could name millions.</summary>
    public const int LargestFilters = 20_000;

    /// <param name="firstByte">Kind and flags.</param>
    /// <param name="body">Everything after the remaining length.</param>
    /// <param name="version">What CONNECT agreed on; not looked at for CONNECT itself.</param>
    public static Packet Read(byte firstByte, ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        var reader = new WireReader(body);
        var isV5 = version == MqttProtocolVersion.V500;
        var kind = (MqttControlPacketType)(firstByte >> 4);
        if (kind != MqttControlPacketType.Publish) RequireFlags(kind, firstByte & 0x0F);

        Packet packet = kind switch
        {
            MqttControlPacketType.Connect => ConnectDecoder.Read(ref reader),
            MqttControlPacketType.ConnAck => ReadConnAck(ref reader, isV5),
            MqttControlPacketType.Publish => ReadPublish(firstByte, ref reader, isV5),
            MqttControlPacketType.PubAck or MqttControlPacketType.PubRec or MqttControlPacketType.PubRel or MqttControlPacketType.PubComp
                => ReadAck(kind, ref reader, isV5),
            MqttControlPacketType.Subscribe => ReadSubscribe(ref reader, isV5),
            MqttControlPacketType.Unsubscribe => ReadUnsubscribe(ref reader, isV5),
            MqttControlPacketType.SubAck or MqttControlPacketType.UnsubAck => ReadFilterAck(kind, ref reader, isV5),
            MqttControlPacketType.PingReq => PingReqPacket.Instance,
            MqttControlPacketType.PingResp => PingRespPacket.Instance,
            MqttControlPacketType.Disconnect => ReadDisconnect(ref reader, isV5),
            MqttControlPacketType.Auth when isV5 => ReadAuth(ref reader),
            _ => throw MalformedPacketException.Malformed($"Packet type {(int)kind} is not known to MQTT {(isV5 ? "5" : "3.1.1")}."),
        };
        reader.RequireEnd(kind.ToString());
        return packet;
    }

    private static void RequireFlags(MqttControlPacketType kind, int flags)
    {
        var expected = kind is MqttControlPacketType.PubRel or MqttControlPacketType.Subscribe or MqttControlPacketType.Unsubscribe ? 2 : 0;
        if (flags != expected) throw MalformedPacketException.Malformed($"{kind} has flags {flags}; they must be {expected}.");
    }

    private static ConnAckPacket ReadConnAck(ref WireReader reader, bool isV5)
    {
        var flags = reader.Byte();
        if (flags > 1) throw MalformedPacketException.Malformed($"CONNACK has flags {flags}; they can be 0 or 1.");

        var code = reader.Byte();
        if (flags == 1 && code != 0) throw MalformedPacketException.Protocol("CONNACK refuses the client and says that its session is present.");

        return new ConnAckPacket
        {
            SessionPresent = flags == 1,
            ReasonCode = isV5 ? (MqttConnectReasonCode)ReasonCodeSet.ConnAck.Require(code) : ReturnCodes.ToReason(code),
            // A server that does not speak MQTT 5 refuses in the form of 3.1.1.
            Properties = isV5 && reader.Remaining > 0 ? PropertyReader.Read(ref reader, PropertySet.ConnAck) : PacketProperties.None,
        };
    }

    private static PublishPacket ReadPublish(byte firstByte, ref WireReader reader, bool isV5)
    {
        var quality = (MqttQualityOfServiceLevel)((firstByte >> 1) & 3);
        var duplicate = (firstByte & 8) != 0;
        if (quality > MqttQualityOfServiceLevel.ExactlyOnce) throw MalformedPacketException.Malformed("PUBLISH has QoS 3.");
        if (duplicate && quality == MqttQualityOfServiceLevel.AtMostOnce) throw MalformedPacketException.Malformed("PUBLISH with QoS 0 is marked as a duplicate.");

        var topic = reader.String();
        if (topic.AsSpan().ContainsAny('+', '#'))
            throw new MalformedPacketException(MqttDisconnectReasonCode.TopicNameInvalid, $"Topic '{topic}' contains a wildcard.");

        var packetId = quality == MqttQualityOfServiceLevel.AtMostOnce ? (ushort)0 : PacketId(ref reader);
        var properties = isV5 ? PropertyReader.Read(ref reader, PropertySet.Publish, severalSubscriptions: true) : PacketProperties.None;
        if (topic.Length == 0 && properties.TopicAlias is null)
        {
            throw isV5
                ? MalformedPacketException.Protocol("PUBLISH has neither a topic nor a topic alias.")
                : MalformedPacketException.Malformed("PUBLISH has no topic.");
        }

        return new PublishPacket
        {
            Topic = topic,
            PacketId = packetId,
            Quality = quality,
            Retain = (firstByte & 1) != 0,
            Duplicate = duplicate,
            Properties = properties,
            Payload = reader.Rest(),
        };
    }

    private static AckPacket ReadAck(MqttControlPacketType kind, ref WireReader reader, bool isV5)
    {
        var packetId = PacketId(ref reader);
        if (!isV5) return new AckPacket(kind, packetId);

        var (code, properties) = ReadReason(ref reader, PropertySet.Ack, ReasonCodeSet.Of(kind));
        return new AckPacket(kind, packetId, code) { Properties = properties };
    }

    private static (byte Code, PacketProperties Properties) ReadReason(ref WireReader reader, PropertySet allowed, ReasonCodeSet codes)
    {
        if (reader.Remaining == 0) return (0, PacketProperties.None);

        var code = codes.Require(reader.Byte());
        return (code, reader.Remaining > 0 ? PropertyReader.Read(ref reader, allowed) : PacketProperties.None);
    }

    private static SubscribePacket ReadSubscribe(ref WireReader reader, bool isV5)
    {
        var packetId = PacketId(ref reader);
        var properties = isV5 ? PropertyReader.Read(ref reader, PropertySet.Subscribe) : PacketProperties.None;
        RequireFilter(reader, "SUBSCRIBE");
        var filters = new List<MqttTopicFilter>();
        while (reader.Remaining > 0)
        {
            RequireRoom(filters.Count, "SUBSCRIBE");
            filters.Add(ReadFilter(ref reader, isV5));
        }

        return new SubscribePacket { PacketId = packetId, Properties = properties, Filters = filters };
    }

    private static MqttTopicFilter ReadFilter(ref WireReader reader, bool isV5)
    {
        var topic = Filter(ref reader);
        var options = reader.Byte();
        var quality = (MqttQualityOfServiceLevel)(options & 3);
        var retainHandling = (MqttRetainHandling)((options >> 4) & 3);
        if (quality > MqttQualityOfServiceLevel.ExactlyOnce || (options & (isV5 ? 0xC0 : 0xFC)) != 0)
            throw MalformedPacketException.Malformed($"Filter '{topic}' has options 0x{options:X2}, which are reserved.");
        if (retainHandling > MqttRetainHandling.DoNotSendOnSubscribe)
            throw MalformedPacketException.Protocol($"Filter '{topic}' has retain handling 3.");

        return new MqttTopicFilter
        {
            Topic = topic,
            QualityOfServiceLevel = quality,
            NoLocal = (options & 4) != 0,
            RetainAsPublished = (options & 8) != 0,
            RetainHandling = retainHandling,
        };
    }

    private static UnsubscribePacket ReadUnsubscribe(ref WireReader reader, bool isV5)
    {
        var packetId = PacketId(ref reader);
        var properties = isV5 ? PropertyReader.Read(ref reader, PropertySet.Unsubscribe) : PacketProperties.None;
        RequireFilter(reader, "UNSUBSCRIBE");
        var filters = new List<string>();
        while (reader.Remaining > 0)
        {
            RequireRoom(filters.Count, "UNSUBSCRIBE");
            filters.Add(Filter(ref reader));
        }

        return new UnsubscribePacket { PacketId = packetId, Properties = properties, Filters = filters };
    }

    private static FilterAckPacket ReadFilterAck(MqttControlPacketType kind, ref WireReader reader, bool isV5)
    {
        var packetId = PacketId(ref reader);
        var properties = isV5 ? PropertyReader.Read(ref reader, PropertySet.Ack) : PacketProperties.None;
        var codes = reader.Rest();
        foreach (var code in codes) ReasonCodeSet.Of(kind, isV5).Require(code);
        return new FilterAckPacket(kind, packetId) { Properties = properties, ReasonCodes = codes };
    }

    private static DisconnectPacket ReadDisconnect(ref WireReader reader, bool isV5)
    {
        if (!isV5) return new DisconnectPacket();

        var (code, properties) = ReadReason(ref reader, PropertySet.Disconnect, ReasonCodeSet.Disconnect);
        return new DisconnectPacket { ReasonCode = (MqttDisconnectReasonCode)code, Properties = properties };
    }

    private static AuthPacket ReadAuth(ref WireReader reader)
    {
        var (code, properties) = ReadReason(ref reader, PropertySet.Auth, ReasonCodeSet.Auth);
        return new AuthPacket { ReasonCode = code, Properties = properties };
    }

    private static ushort PacketId(ref WireReader reader) =>
        reader.UInt16() is not 0 and var id ? id : throw MalformedPacketException.Protocol("A packet identifier is 0; it must be at least 1.");

    private static void RequireFilter(WireReader reader, string packet)
    {
        if (reader.Remaining == 0) throw MalformedPacketException.Protocol($"{packet} has no topic filter; it must have at least one.");
    }

    private static void RequireRoom(int filters, string packet)
    {
        if (filters == LargestFilters) throw new MalformedPacketException(MqttDisconnectReasonCode.QuotaExceeded, $"{packet} has more than {LargestFilters} topic filters.");
    }

    private static string Filter(ref WireReader reader)
    {
        var filter = reader.String();
        return filter.Length > 0 ? filter : throw MalformedPacketException.Protocol("A topic filter is empty.");
    }
}
