using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary><c>{"cyan":{"value":0.3,"unit":"mL"},"solvent":"water","power":null}</c></summary>
internal sealed class TrialValuesJsonConverter : JsonConverter<TrialValues>
{
    public override TrialValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new FrameException("the values of a trial are an object of names and values");
        var values = new List<KeyValuePair<string, TrialValue>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            values.Add(new(name, ReadValue(name, JsonNode.Parse(ref reader))));
        }

        return new TrialValues(values);
    }

    public override void Write(Utf8JsonWriter writer, TrialValues values, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, one) in values)
        {
            writer.WritePropertyName(name);
            if (one.ToJson() is { } value) value.WriteTo(writer);
            else writer.WriteNullValue();
        }

        writer.WriteEndObject();
    }

    private static TrialValue ReadValue(string name, JsonNode? node) => node switch
    {
        null => TrialValue.None,
        JsonValue text when text.TryGetValue<string>(out var choice) => TrialValue.Of(choice),
        JsonObject { Count: 2 } pair when pair["value"] is JsonValue number && number.TryGetValue<double>(out var value)
            && pair["unit"] is JsonValue symbol && symbol.TryGetValue<string>(out var unit) => TrialValue.Of(Quantity.Of(value, unit)),
        _ => throw new FrameException($"'{name}' is neither a choice (a string) nor a quantity (an object of value and unit), nor null where it does not count"),
    };
}
