using System.Security.Cryptography;

namespace LabAutomation.Protocol;

/// <summary>What is too large for a frame and lies on a topic of its own: a <see cref="Series"/> of numbers or a <see cref="Media"/> payload.</summary>
public abstract class BulkData
{
    /// <summary>Of a payload; a broker takes no larger message.</summary>
    public const int MaximumBytes = 4 << 20;

    private protected BulkData()
    {
    }

    /// <summary>Of the payload, as in RFC 6838.</summary>
    public abstract string ContentType { get; }

    /// <summary>The payload on the wire.</summary>
    public abstract byte[] ToBytes();

    /// <summary>What a result says about the payload on a topic.</summary>
    public abstract DataReference Refer(string name, string topic);

    /// <exception cref="FrameException">The payload is not what the reference promises.</exception>
    public static BulkData Read(DataReference reference, ReadOnlyMemory<byte> payload) =>
        reference.Media is null ? Series.Read(reference, payload.Span) : Media.Read(reference, payload);

    private protected static string Hash(ReadOnlySpan<byte> payload) => Convert.ToHexStringLower(SHA256.HashData(payload));

    private protected static void Check(DataReference reference, ReadOnlySpan<byte> payload)
    {
        if (payload.Length != reference.Bytes)
            throw new FrameException($"data '{reference.Name}' has {payload.Length} bytes where its reference promises {reference.Bytes}");
        if (Hash(payload) != reference.Sha256)
            throw new FrameException($"data '{reference.Name}' does not have the SHA-256 that its reference promises");
    }
}
