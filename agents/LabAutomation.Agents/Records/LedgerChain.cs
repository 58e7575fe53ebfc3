using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LabAutomation.Agents.Records;

/// <summary>Each entry's hash covers the one before it, so that none can be changed, removed or put in without changing all that follow.</summary>
internal static class LedgerChain
{
    /// <summary>Of a hash in hexadecimal.</summary>
    public const int HashLength = 2 * SHA256.HashSizeInBytes;

    public static readonly string Origin = new('0', HashLength);

    /// <summary>Every field goes in with its length, so that no two different entries give the same bytes.</summary>
    public static string Next(string previous, long seq, string campaign, string at, string kind, string body)
    {
        Span<byte> head = stackalloc byte[HashLength];
        Encoding.ASCII.GetBytes(previous, head);
        var entry = new StoredEntry(seq, Encoding.UTF8.GetBytes(campaign), Encoding.UTF8.GetBytes(at), Encoding.UTF8.GetBytes(kind), Encoding.UTF8.GetBytes(body), []);
        Next(head, entry, new ArrayBufferWriter<byte>(body.Length + 512));
        return Encoding.ASCII.GetString(head);
    }

    /// <summary>The same of an entry as it lies on the disk: bytes that are no text any more must not pass for the text that they are replaced with.</summary>
    /// <param name="head">The hash before it, and then its own.</param>
    /// <param name="work">Overwritten.</param>
    public static void Next(Span<byte> head, in StoredEntry entry, ArrayBufferWriter<byte> work)
    {
        Span<byte> digits = stackalloc byte[20];
        entry.Seq.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        work.ResetWrittenCount();
        Put(head, work);
        Put(digits[..length], work);
        Put(entry.Campaign, work);
        Put(entry.At, work);
        Put(entry.Kind, work);
        Put(entry.Body, work);
        SHA256.HashData(work.WrittenSpan, digest);
        Convert.TryToHexStringLower(digest, head, out _);
    }

    private static void Put(ReadOnlySpan<byte> field, ArrayBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(sizeof(long)), field.Length);
        to.Advance(sizeof(long));
        to.Write(field);
    }
}
