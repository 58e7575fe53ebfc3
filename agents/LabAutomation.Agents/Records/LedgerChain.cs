using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LabAutomation.Agents.Records;

/// <summary>Each entry's hash covers the one before it, so that none can be changed, removed or put in without changing all that follow.</summary>
internal static class LedgerChain
{
    public static readonly string Origin = new('0', 64);

    /// <summary>Every field goes in with its length, so that no two different entries give the same bytes.</summary>
    public static string Next(string previous, long seq, string campaign, string at, string kind, string body)
    {
        var bytes = new ArrayBufferWriter<byte>(body.Length + 512);
        foreach (var field in (ReadOnlySpan<string>)[previous, seq.ToString(CultureInfo.InvariantCulture), campaign, at, kind, body])
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(sizeof(long)), Encoding.UTF8.GetByteCount(field));
            bytes.Advance(sizeof(long));
            Encoding.UTF8.GetBytes(field, bytes);
        }

        return Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
    }
}
