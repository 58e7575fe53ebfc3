namespace LabAutomation.Protocol;

/// <summary>Bulk data that is a file of its own, such as an image: bytes as the instrument gave them, and what they are.</summary>
public sealed class Media : BulkData
{
    private const int LongestType = 127;

    private readonly byte[] _bytes;

    /// <param name="contentType">A media type without parameters in lower case, such as <c>image/png</c> (RFC 6838, section 4.2).</param>
    /// <param name="bytes">At least one.</param>
    /// <exception cref="ArgumentException">The type is none, or there are no bytes.</exception>
    public Media(string contentType, ReadOnlyMemory<byte> bytes)
    {
        if (!IsType(contentType)) throw new ArgumentException($"'{contentType}' is no media type such as image/png");
        if (bytes.IsEmpty) throw new ArgumentException("media have at least one byte");
        (ContentType, _bytes) = (contentType, bytes.ToArray());
    }

    public override string ContentType { get; }

    public override byte[] ToBytes() => [.. _bytes];

    /// <summary>Whether a text is a media type without parameters in lower case.</summary>
    public static bool IsType(string text) => text.Length <= LongestType && text.Split('/') is [var type, var subtype] && IsName(type) && IsName(subtype);

    public override DataReference Refer(string name, string topic) => new(name, topic, [], 0, Hash(_bytes), _bytes.Length, ContentType);

    /// <exception cref="FrameException">Type, size or hash differ from what the reference promises.</exception>
    public static new Media Read(DataReference reference, ReadOnlyMemory<byte> payload)
    {
        if (reference.Media is not { } type || !IsType(type)) throw new FrameException($"data '{reference.Name}' has '{reference.Media}' where a media type such as image/png is right");
        if (reference.Columns.Length != 0 || reference.Rows != 0 || reference.Bytes <= 0) throw new FrameException($"data '{reference.Name}' are media: they have bytes and neither columns nor rows");
        Check(reference, payload.Span);
        return new Media(type, payload);
    }

    private static bool IsName(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '+' or '-' or '_');
}
