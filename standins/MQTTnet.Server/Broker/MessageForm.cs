using System.Text;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>
/// Whether what the program hands in has a form on the wire and on disk that reads back: no decoder has looked at it, as it has at what
/// clients send. Headers are written and read once; the payload can be anything.
/// </summary>
internal static class MessageForm
{
    /// <summary>Twice this, once for the receivers and once as a retained message, fits in a record of the log.</summary>
    private const int LargestPayload = 192 * 1024 * 1024;

    public static bool IsString(string text) => Encoding.UTF8.GetByteCount(text) <= ushort.MaxValue && !text.Contains('\0', StringComparison.Ordinal);

    public static bool IsValid(MqttTopicFilter filter) => ReadsBack(new SubscribePacket { PacketId = 1, Filters = [filter] });

    public static bool IsValid(MqttApplicationMessage message)
    {
        try
        {
            ThrowIfInvalid(message);
            return true;
        }
        catch (Exception refused) when (refused is MqttProtocolViolationException or ArgumentException)
        {
            return false;
        }
    }

    /// <exception cref="MqttProtocolViolationException">A header does not fit the protocol, or the payload is too large.</exception>
    public static void ThrowIfInvalid(MqttApplicationMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        MqttTopicValidator.ThrowIfInvalid(message.Topic);
        if (message.Payload.Length > LargestPayload)
            throw new MqttProtocolViolationException($"The payload for '{message.Topic}' has {message.Payload.Length} bytes; at most {LargestPayload} are taken.");

        WriteAndRead(new PublishPacket
        {
            Topic = message.Topic,
            PacketId = 1,
            Payload = default,
            Quality = message.QualityOfServiceLevel,
            Retain = message.Retain,
            Properties = message.ToProperties(),
        });
    }

    private static bool ReadsBack(Packet packet)
    {
        try
        {
            WriteAndRead(packet);
            return true;
        }
        catch (Exception refused) when (refused is MqttProtocolViolationException or ArgumentException)
        {
            return false;
        }
    }

    private static void WriteAndRead(Packet packet)
    {
        var writer = new WireWriter();
        PacketEncoder.Write(writer, packet, MqttProtocolVersion.V500);
        var bytes = writer.Written.Span;
        var header = 1;
        while (bytes[header] >= 0x80) header++;
        PacketDecoder.Read(bytes[0], bytes[(header + 1)..], MqttProtocolVersion.V500);
    }
}
