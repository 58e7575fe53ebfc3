using System.Text.Json;
using System.Text.Json.Serialization;

namespace LabAutomation.Protocol;

internal sealed class ActionIdJsonConverter : JsonConverter<ActionId>
{
    public override ActionId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? ActionId.Parse(reader.GetString()!) : throw new FrameException("an action id is a UUID in a string");

    public override void Write(Utf8JsonWriter writer, ActionId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary><c>{"value":0.5,"unit":"mL","sd":0.01}</c></summary>
internal sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new FrameException("a quantity is an object with value and unit");
        (double? value, Unit? unit, double? sd) = (null, null, null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "value": value = reader.GetDouble(); break;
                case "unit": unit = Unit.Parse(reader.GetString() ?? ""); break;
                case "sd": sd = reader.GetDouble(); break;
                default: throw new FrameException($"a quantity has value, unit and sd, not '{name}'");
            }
        }

        if (value is null || unit is null) throw new FrameException("a quantity has a value and a unit");
        return new Quantity(value.Value, unit, sd);
    }

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("value", value.Value);
        writer.WriteString("unit", value.Unit.Symbol);
        if (value.Sd is { } sd) writer.WriteNumber("sd", sd);
        writer.WriteEndObject();
    }
}
