using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>A JSON schema; nothing but its JSON is checked.</summary>
[JsonConverter(typeof(JsonConverter))]
public sealed class KernelJsonSchema
{
    private KernelJsonSchema(JsonElement rootElement) => RootElement = rootElement;

    public JsonElement RootElement { get; }

    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static KernelJsonSchema Parse(string jsonSchema) => new(JsonElement.Parse(jsonSchema));

    public override string ToString() => JsonSerializer.Serialize(RootElement);

    /// <summary>A schema is written as the JSON it is.</summary>
    public sealed class JsonConverter : JsonConverter<KernelJsonSchema>
    {
        public override KernelJsonSchema? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonElement.ParseValue(ref reader));

        public override void Write(Utf8JsonWriter writer, KernelJsonSchema value, JsonSerializerOptions options) => value.RootElement.WriteTo(writer);
    }
}
