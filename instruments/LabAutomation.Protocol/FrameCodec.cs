using System.Text.Encodings.Web;
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
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,      // units such as °C and µL stay readable on the wire
        Converters =
        {
            new ActionIdJsonConverter(),
            new QuantityJsonConverter(),
            new FiniteJsonConverter(),
            new TimestampJsonConverter(),
            new TextsJsonConverter(),
            new NameJsonConverter<ActionStatus>(),
            new NameJsonConverter<CauseCode>(),
            new NameJsonConverter<DeviceState>(),
            new NameJsonConverter<Effect>(),
            new NameJsonConverter<Finding>(),
            new NameJsonConverter<Quality>(),
            new NameJsonConverter<UnitState>(),
            new ArrayJsonConverter<Calibration>(),
            new ArrayJsonConverter<ColumnDescription>(),
            new ArrayJsonConverter<CommandDescription>(),
            new ArrayJsonConverter<DataReference>(),
            new ArrayJsonConverter<OutputDescription>(),
            new ArrayJsonConverter<ParameterDescription>(),
            new ArrayJsonConverter<PropertyDescription>(),
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
        },
    };

    /// <exception cref="FrameException">The frame is larger than <see cref="MaximumBytes"/>.</exception>
    public static byte[] Encode<T>(T frame)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(frame, Options);
        return bytes.Length <= MaximumBytes ? bytes : throw TooLarge<T>(bytes.Length);
    }

    /// <exception cref="FrameException">The payload is not such a frame.</exception>
    public static T Decode<T>(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > MaximumBytes) throw TooLarge<T>(payload.Length);
        try
        {
            return JsonSerializer.Deserialize<T>(payload.Span, Options) ?? throw new FrameException("the payload is null");
        }
        catch (Exception error) when (error is FrameException or JsonException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new FrameException($"{typeof(T).Name}: {error.Message}", error);
        }
    }

    private static FrameException TooLarge<T>(int bytes) => new($"{typeof(T).Name}: a frame has at most {MaximumBytes} bytes, not {bytes}");
}
