using System.Text.Json;
using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

internal sealed class UnitJsonConverter : JsonConverter<Unit>
{
    public static Unit Read(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String
        ? Unit.Parse(reader.GetString()!)
        : throw new FrameException("a unit is a string such as \"mL\", or \"1\" for dimensionless");

    public override Unit Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, Unit value, JsonSerializerOptions options) => writer.WriteStringValue(value.Symbol);
}
