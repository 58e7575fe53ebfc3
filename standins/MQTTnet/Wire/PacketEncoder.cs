using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace MQTTnet.Wire;

/// <summary>Writes packets (MQTT 3.1.1 and 5, chapter 3).</summary>
internal static class PacketEncoder
{
    public static void Write(WireWriter writer, Packet packet, MqttProtocolVersion version)
    {
        var before = writer.Length;
        try
        {
            writer.Byte(FirstByte(packet));
            var start = writer.Length;
            WriteBody(writer, packet, version == MqttProtocolVersion.V500);
            writer.PrefixLength(start);
        }
        catch
        {
            // Half a packet in the buffer would garble every packet after it.
            writer.Truncate(before);
            throw;
        }
    }

    private static byte FirstByte(Packet packet) => packet switch
    {
        ConnectPacket => 0x10,
        ConnAckPacket => 0x20,
        PublishPacket p => (byte)(0x30 | (p.Duplicate ? 8 : 0) | ((int)p.Quality << 1) | (p.Retain ? 1 : 0)),
        AckPacket a => (byte)(((int)a.Kind << 4) | (a.Kind == MqttControlPacketType.PubRel ? 2 : 0)),
        SubscribePacket => 0x82,
        UnsubscribePacket => 0xA2,
        FilterAckPacket f => (byte)((int)f.Kind << 4),
        PingReqPacket => 0xC0,
        PingRespPacket => 0xD0,
        DisconnectPacket => 0xE0,
        AuthPacket => 0xF0,
        _ => throw new NotSupportedException($"{packet.GetType().Name} has no form on the wire."),
    };

    private static void WriteBody(WireWriter writer, Packet packet, bool isV5)
    {
        switch (packet)
        {
            case ConnectPacket connect: WriteConnect(writer, connect, isV5); break;
            case ConnAckPacket connAck: WriteConnAck(writer, connAck, isV5); break;
            case PublishPacket publish: WritePublish(writer, publish, isV5); break;
            case AckPacket ack: WriteAck(writer, ack, isV5); break;
            case SubscribePacket subscribe: WriteSubscribe(writer, subscribe, isV5); break;
            case UnsubscribePacket unsubscribe: WriteUnsubscribe(writer, unsubscribe, isV5); break;
            case FilterAckPacket filterAck: WriteFilterAck(writer, filterAck, isV5); break;
            case DisconnectPacket disconnect when isV5: WriteReason(writer, (byte)disconnect.ReasonCode, disconnect.Properties); break;
            case AuthPacket auth: WriteReason(writer, auth.ReasonCode, auth.Properties); break;
        }
    }

    private static void WriteConnect(WireWriter writer, ConnectPacket packet, bool isV5)
    {
        writer.String("MQTT");
        writer.Byte((byte)packet.Version);
        writer.Byte((byte)((packet.CleanStart ? 2 : 0)
            | (packet.Will is { } w ? 4 | ((int)w.Quality << 3) | (w.Retain ? 0x20 : 0) : 0)
            | (packet.Password is null ? 0 : 0x40)
            | (packet.UserName is null ? 0 : 0x80)));
        writer.UInt16(packet.KeepAliveSeconds);
        if (isV5) PropertyWriter.Write(writer, packet.Properties);

        writer.String(packet.ClientId);
        if (packet.Will is { } will)
        {
            if (isV5) PropertyWriter.Write(writer, will.Properties);
            writer.String(will.Topic);
            writer.Binary(will.Payload);
        }

        if (packet.UserName is not null) writer.String(packet.UserName);
        if (packet.Password is not null) writer.Binary(packet.Password);
    }

    private static void WriteConnAck(WireWriter writer, ConnAckPacket packet, bool isV5)
    {
        writer.Byte((byte)(packet.SessionPresent ? 1 : 0));
        writer.Byte(isV5 ? (byte)packet.ReasonCode : ReturnCodes.FromReason(packet.ReasonCode));
        if (isV5) PropertyWriter.Write(writer, packet.Properties);
    }

    private static void WritePublish(WireWriter writer, PublishPacket packet, bool isV5)
    {
        writer.String(packet.Topic);
        if (packet.Quality != MqttQualityOfServiceLevel.AtMostOnce) writer.UInt16(packet.PacketId);
        if (isV5) PropertyWriter.Write(writer, packet.Properties);
        writer.Bytes(packet.Payload.Span);
    }

    private static void WriteAck(WireWriter writer, AckPacket packet, bool isV5)
    {
        writer.UInt16(packet.PacketId);
        if (isV5) WriteReason(writer, packet.ReasonCode, packet.Properties);
    }

    private static void WriteReason(WireWriter writer, byte reasonCode, PacketProperties properties)
    {
        var hasProperties = !ReferenceEquals(properties, PacketProperties.None);
        if (reasonCode == 0 && !hasProperties) return;

        writer.Byte(reasonCode);
        if (hasProperties) PropertyWriter.Write(writer, properties);
    }

    private static void WriteSubscribe(WireWriter writer, SubscribePacket packet, bool isV5)
    {
        writer.UInt16(packet.PacketId);
        if (isV5) PropertyWriter.Write(writer, packet.Properties);
        foreach (var filter in packet.Filters)
        {
            writer.String(filter.Topic);
            var options = (int)filter.QualityOfServiceLevel;
            if (isV5) options |= (filter.NoLocal ? 4 : 0) | (filter.RetainAsPublished ? 8 : 0) | ((int)filter.RetainHandling << 4);
            writer.Byte((byte)options);
        }
    }

    private static void WriteUnsubscribe(WireWriter writer, UnsubscribePacket packet, bool isV5)
    {
        writer.UInt16(packet.PacketId);
        if (isV5) PropertyWriter.Write(writer, packet.Properties);
        foreach (var filter in packet.Filters) writer.String(filter);
    }

    private static void WriteFilterAck(WireWriter writer, FilterAckPacket packet, bool isV5)
    {
        writer.UInt16(packet.PacketId);
        if (isV5) PropertyWriter.Write(writer, packet.Properties);
        if (!isV5 && packet.Kind == MqttControlPacketType.UnsubAck) return;

        foreach (var code in packet.ReasonCodes) writer.Byte(isV5 || code < 0x80 ? code : (byte)0x80);
    }
}
