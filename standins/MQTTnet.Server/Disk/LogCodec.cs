using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>Entries as bytes: a kind, then its fields in their order. Messages and filters are written as the packets that carry them.</summary>
internal static class LogCodec
{
    private const byte Session = 1, SessionEnded = 2, Subscribed = 3, Unsubscribed = 4, Message = 5, Done = 6, Received = 7, Receipt = 8, Released = 9, Retained = 10, RetainedCleared = 11;

    private const int Retain = 4, Shared = 8;

    public static void Write(WireWriter writer, LogEntry entry)
    {
        switch (entry)
        {
            case SessionEntry session: WriteSession(writer, session); break;
            case SessionEndedEntry ended: Numbered(writer, SessionEnded, ended.Number); break;
            case SubscribedEntry subscribed: WriteSubscribed(writer, subscribed); break;
            case UnsubscribedEntry unsubscribed:
                Numbered(writer, Unsubscribed, unsubscribed.Number);
                writer.String(unsubscribed.Filter);
                break;
            case MessageEntry message: WriteMessage(writer, message); break;
            case DoneEntry done: Identified(writer, Done, done.Number, done.PacketId); break;
            case ReceivedEntry received: Identified(writer, Received, received.Number, received.PacketId); break;
            case ReceiptEntry receipt: Identified(writer, Receipt, receipt.Number, receipt.PacketId); break;
            case ReleasedEntry released: Identified(writer, Released, released.Number, released.PacketId); break;
            case RetainedEntry retained:
                writer.Byte(Retained);
                Ticks(writer, retained.ExpiresAt);
                WritePacket(writer, ToPacket(retained.Message));
                break;
            case RetainedClearedEntry: writer.Byte(RetainedCleared); break;
            default: throw new NotSupportedException($"{entry.GetType().Name} has no form on disk.");
        }
    }

    /// <exception cref="MalformedPacketException">The bytes are no entries.</exception>
    public static List<LogEntry> Read(ReadOnlySpan<byte> bytes)
    {
        var entries = new List<LogEntry>();
        var reader = new WireReader(bytes);
        while (reader.Remaining > 0) entries.Add(ReadOne(ref reader));
        return entries;
    }

    private static LogEntry ReadOne(ref WireReader reader)
    {
        var kind = reader.Byte();
        return kind switch
        {
            Session => ReadSession(ref reader),
            SessionEnded => new SessionEndedEntry(reader.UInt32()),
            Subscribed => ReadSubscribed(ref reader),
            Unsubscribed => new UnsubscribedEntry(reader.UInt32(), reader.String()),
            Message => ReadMessage(ref reader),
            Done => new DoneEntry(reader.UInt32(), reader.UInt16()),
            Received => new ReceivedEntry(reader.UInt32(), reader.UInt16()),
            Receipt => new ReceiptEntry(reader.UInt32(), reader.UInt16()),
            Released => new ReleasedEntry(reader.UInt32(), reader.UInt16()),
            Retained => ReadRetained(ref reader),
            RetainedCleared => new RetainedClearedEntry(),
            _ => throw MalformedPacketException.Malformed($"{kind} is no kind of entry."),
        };
    }

    private static void WriteSession(WireWriter writer, SessionEntry entry)
    {
        Numbered(writer, Session, entry.Number);
        writer.String(entry.ClientId);
        writer.Byte(entry.UserName is null ? (byte)0 : (byte)1);
        writer.String(entry.UserName ?? "");
        writer.UInt32(entry.ExpirySeconds);
        Ticks(writer, entry.CreatedAt);
        Ticks(writer, entry.DisconnectedAt);
    }

    private static SessionEntry ReadSession(ref WireReader reader)
    {
        var (number, clientId, hasUser, user) = (reader.UInt32(), reader.String(), reader.Byte() == 1, reader.String());
        return new SessionEntry(number, clientId, hasUser ? user : null, reader.UInt32(), Ticks(ref reader), Ticks(ref reader));
    }

    private static void WriteSubscribed(WireWriter writer, SubscribedEntry entry)
    {
        Numbered(writer, Subscribed, entry.Number);
        writer.UInt32(entry.Identifier);
        WritePacket(writer, new SubscribePacket { PacketId = 1, Filters = [entry.Filter] });
    }

    private static SubscribedEntry ReadSubscribed(ref WireReader reader)
    {
        var (number, identifier) = (reader.UInt32(), reader.UInt32());
        return new SubscribedEntry(number, ((SubscribePacket)ReadPacket(ref reader)).Filters[0], identifier);
    }

    private static void WriteMessage(WireWriter writer, MessageEntry entry)
    {
        writer.Byte(Message);
        Ticks(writer, entry.ExpiresAt);
        WritePacket(writer, ToPacket(entry.Message));
        writer.UInt32((uint)entry.Receivers.Count);
        foreach (var receiver in entry.Receivers)
        {
            writer.UInt32(receiver.Number);
            writer.UInt16(receiver.PacketId);
            writer.Byte((byte)((int)receiver.Quality | (receiver.Retain ? Retain : 0) | (receiver.SharedFilter is null ? 0 : Shared)));
            if (receiver.SharedFilter is not null) writer.String(receiver.SharedFilter);
            writer.UInt16((ushort)(receiver.SubscriptionIdentifiers?.Count ?? 0));
            foreach (var identifier in receiver.SubscriptionIdentifiers ?? []) writer.UInt32(identifier);
        }
    }

    private static MessageEntry ReadMessage(ref WireReader reader)
    {
        var expiresAt = Ticks(ref reader);
        var message = ReadPublished(ref reader);
        var receivers = new List<MessageReceiver>();
        for (var left = reader.UInt32(); left > 0; left--)
        {
            var (number, packetId, flags) = (reader.UInt32(), reader.UInt16(), reader.Byte());
            var filter = (flags & Shared) == 0 ? null : reader.String();
            List<uint>? identifiers = null;
            for (var more = reader.UInt16(); more > 0; more--) (identifiers ??= []).Add(reader.UInt32());
            receivers.Add(new MessageReceiver(number, packetId, (MqttQualityOfServiceLevel)(flags & 3), (flags & Retain) != 0, identifiers, filter));
        }

        return new MessageEntry(message, expiresAt, receivers);
    }

    private static RetainedEntry ReadRetained(ref WireReader reader)
    {
        var expiresAt = Ticks(ref reader);
        return new RetainedEntry(ReadPublished(ref reader), expiresAt);
    }

    private static PublishPacket ToPacket(MqttApplicationMessage message) => message.ToPacket(packetId: 1);

    private static MqttApplicationMessage ReadPublished(ref WireReader reader) => ((PublishPacket)ReadPacket(ref reader)).ToMessage();

    private static void WritePacket(WireWriter writer, Packet packet)
    {
        var lengthAt = writer.Length;
        writer.UInt32(0);
        PacketEncoder.Write(writer, packet, MqttProtocolVersion.V500);
        writer.Overwrite(lengthAt, (uint)(writer.Length - lengthAt - 4));
    }

    private static Packet ReadPacket(ref WireReader reader)
    {
        var frame = reader.Take((int)reader.UInt32());
        var header = 1;
        while (header < frame.Length && frame[header] >= 0x80) header++;
        return PacketDecoder.Read(frame[0], frame[(header + 1)..], MqttProtocolVersion.V500);
    }

    private static void Numbered(WireWriter writer, byte kind, uint number)
    {
        writer.Byte(kind);
        writer.UInt32(number);
    }

    private static void Identified(WireWriter writer, byte kind, uint number, ushort packetId)
    {
        Numbered(writer, kind, number);
        writer.UInt16(packetId);
    }

    private static void Ticks(WireWriter writer, long ticks)
    {
        writer.UInt32((uint)(ticks >> 32));
        writer.UInt32((uint)ticks);
    }

    private static long Ticks(ref WireReader reader) => ((long)reader.UInt32() << 32) | reader.UInt32();
}
