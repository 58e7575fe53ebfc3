using System.Globalization;
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
        // With the lengths in front no two different inputs give the same text.
        var text = string.Create(CultureInfo.InvariantCulture, $"{campaign.Length}:{campaign}\n{trial}\n{step.Length}:{step}\n{action}\n{attempt}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);      // UUID version 8: made by the application (RFC 9562)
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return FromBytes(hash.AsSpan(0, 16));
    }

    /// <exception cref="FrameException">The span is not 16 bytes long.</exception>
    public static ActionId FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == 16
        ? new ActionId(new Guid(bytes, bigEndian: true))
        : throw new FrameException($"an action id has 16 bytes, not {bytes.Length}");

    /// <exception cref="FrameException">The text is not a UUID in its usual form of 36 characters.</exception>
    public static ActionId Parse(string text) => Guid.TryParseExact(text, "D", out var value)
        ? new ActionId(value)
        : throw new FrameException($"'{text}' is not an action id: it must be a UUID such as 0190c5a2-7b31-8f4e-9d2a-5c1e8b7f3a60");

    public byte[] ToBytes() => Value.ToByteArray(bigEndian: true);

    public int CompareTo(ActionId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("D");
}
