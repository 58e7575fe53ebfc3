using System.Buffers.Binary;

namespace LabAutomation.Instruments;

/// <summary>A picture as a camera gave it, checked for being whole.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Statistics">Null where the format would have to be decompressed to tell.</param>
internal sealed record Picture(string ContentType, byte[] Bytes, PictureStatistics? Statistics)
{
    /// <summary>The camera's content type, or the one that the first bytes tell where it says nothing that helps.</summary>
    /// <returns>Null where the bytes are no whole picture of that type.</returns>
    public static Picture? Of(string contentType, byte[] bytes) => contentType switch
    {
        "image/png" => IsPng(bytes) ? new Picture("image/png", bytes, null) : null,
        "image/jpeg" => IsJpeg(bytes) ? new Picture("image/jpeg", bytes, null) : null,
        "image/x-portable-graymap" or "image/x-portable-pixmap" or "image/x-portable-anymap" =>
            Pnm.TryRead(bytes, out var pnm) && (pnm.IsColour, contentType) is not (true, "image/x-portable-graymap") and not (false, "image/x-portable-pixmap")
                ? new Picture(contentType, bytes, pnm.Measure())
                : null,
        _ => null,
    };

    /// <summary>Signature, whole chunks up to IEND and nothing behind it (PNG specification, section 5). The chunks' own checksums are left to whoever decompresses it.</summary>
    private static bool IsPng(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        if (!bytes.StartsWith(signature)) return false;
        for (var rest = bytes[8..]; rest.Length >= 12;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12) return false;
            if (rest.Slice(4, 4).SequenceEqual("IEND"u8)) return length == 0 && rest.Length == 12;
            rest = rest[(12 + (int)length)..];
        }

        return false;
    }

    /// <summary>Start and end of image (ITU-T T.81, table B.1).</summary>
    private static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes.Length > 4 && bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) && bytes.EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]);
}

/// <param name="Mean">Of all samples, 0 to 1 of full scale.</param>
/// <param name="Saturated">Part of the samples that are at full scale, 0 to 1.</param>
internal readonly record struct PictureStatistics(double Mean, double Saturated);
