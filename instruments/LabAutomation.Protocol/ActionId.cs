using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace LabAutomation.Protocol;

/// <summary>
/// Names one action, once and for all. The caller makes it before anything is sent and reuses it for every retry, so that a
/// driver can tell a repeated command from a new one. 16 bytes on the wire (MQTT correlation data), a UUID in text.
/// </summary>
public readonly record struct ActionId(Guid Value) : IComparable<ActionId>
{
    /// <summary>The id that follows from what the action is: the same campaign, trial, step, place and attempt always give the same id.</summary>
    public static ActionId Derive(string campaign, int trial, string step, int action, int attempt)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{campaign}\n{trial}\n{step}\n{action}\n{attempt}"));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);      // UUID version 8: made by the application (RFC 9562)
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return FromBytes(hash.AsSpan(0, 16));
    }

    /// <exception cref="FrameException">The span is not 16 bytes long.</exception>
    public static ActionId FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == 16
        ? new ActionId(new Guid(bytes, bigEndian: true))
        : throw new FrameException($"an action id has 16 bytes, not {bytes.Length}");

    /// <exception cref="FrameException">The text is not a UUID.</exception>
    public static ActionId Parse(string text) => Guid.TryParse(text, out var value)
        ? new ActionId(value)
        : throw new FrameException($"'{text}' is not an action id: it must be a UUID");

    public byte[] ToBytes() => Value.ToByteArray(bigEndian: true);

    public int CompareTo(ActionId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("D");
}
