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
    /// <param name="work">Overwritten.</param>
    public static string Next(string previous, long seq, string campaign, string at, string kind, string body, ArrayBufferWriter<byte> work)
    {
        Span<byte> head = stackalloc byte[HashLength];
        Encoding.ASCII.GetBytes(previous, head);
        Begin(head, seq, work);
        foreach (var field in (ReadOnlySpan<string>)[campaign, at, kind, body])
        {
            BinaryPrimitives.WriteInt64LittleEndian(work.GetSpan(sizeof(long)), Encoding.UTF8.GetByteCount(field));
            work.Advance(sizeof(long));
            Encoding.UTF8.GetBytes(field, work);
        }

        End(head, work);
        return Encoding.ASCII.GetString(head);
    }

    /// <summary>The same of an entry as it lies on the disk: bytes that are no text any more must not pass for the text that they are replaced with.</summary>
    /// <param name="head">The hash before it, and then its own.</param>
    /// <param name="work">Overwritten.</param>
    public static void Next(Span<byte> head, in StoredEntry entry, ArrayBufferWriter<byte> work)
    {
        Begin(head, entry.Seq, work);
        Put(entry.Campaign, work);
        Put(entry.At, work);
        Put(entry.Kind, work);
        Put(entry.Body, work);
        End(head, work);
    }

    private static void Begin(ReadOnlySpan<byte> head, long seq, ArrayBufferWriter<byte> work)
    {
        Span<byte> digits = stackalloc byte[20];
        seq.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        work.ResetWrittenCount();
        Put(head, work);
        Put(digits[..length], work);
    }

    private static void End(Span<byte> head, ArrayBufferWriter<byte> work)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
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
