using System.Text.Json;
using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

/// <summary>Frames to UTF-8 JSON and back. Strict: unknown members, missing members, wrong types, NaN and deep nesting are refused with a reason.</summary>
public static class FrameCodec
{
    public const string ContentType = "application/json";

    /// <summary>Larger payloads are refused unread; bulk data has its own form.</summary>
    public const int MaximumBytes = 1 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            new ActionIdJsonConverter(),
            new QuantityJsonConverter(),
        },
    };

    public static byte[] Encode<T>(T frame) => JsonSerializer.SerializeToUtf8Bytes(frame, Options);

    /// <exception cref="FrameException">The payload is not such a frame.</exception>
    public static T Decode<T>(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > MaximumBytes) throw new FrameException($"a frame has at most {MaximumBytes} bytes, not {payload.Length}");
        try
        {
            return JsonSerializer.Deserialize<T>(payload.Span, Options) ?? throw new FrameException($"{typeof(T).Name}: the payload is null");
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new FrameException($"{typeof(T).Name}: {error.Message}", error);
        }
    }
}
