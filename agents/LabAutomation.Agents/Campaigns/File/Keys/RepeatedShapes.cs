using System.Text.Json.Nodes;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Long parts of a schema that occur more than once are written once, under <c>definitions</c>, and referred to.</summary>
internal sealed class RepeatedShapes
{
    /// <summary>Letters from which on a part is worth a name.</summary>
    private const int Long = 400;

    private readonly HashSet<string> _repeated;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly JsonObject _definitions = [];

    private RepeatedShapes(HashSet<string> repeated) => _repeated = repeated;

    /// <returns>The same schema, shorter.</returns>
    public static JsonObject Named(JsonObject schema)
    {
        var texts = new List<string>();
        Collect(schema, texts);
        var shapes = new RepeatedShapes([.. texts.GroupBy(text => text, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key)]);
        var named = shapes.Inside(schema, "campaign");
        if (shapes._definitions.Count > 0) named.Add("definitions", shapes._definitions);
        return named;
    }

    private static void Collect(JsonNode? node, List<string> texts)
    {
        if (node is JsonArray array)
            foreach (var one in array) Collect(one, texts);
        if (node is not JsonObject shape) return;
        if (IsSchema(shape) && shape.ToJsonString() is { Length: >= Long } text) texts.Add(text);
        foreach (var (_, one) in shape) Collect(one, texts);
    }

    /// <summary>A map of properties is an object, too, and no schema.</summary>
    private static bool IsSchema(JsonObject shape) => shape["type"] is JsonValue || shape["anyOf"] is JsonArray || shape["oneOf"] is JsonArray;

    private JsonNode? Of(JsonNode? node, string name)
    {
        if (node is JsonArray array) return new JsonArray([.. array.Select(one => Of(one, name))]);
        if (node is not JsonObject shape) return node?.DeepClone();
        if (!IsSchema(shape) || shape.ToJsonString() is not { Length: >= Long } text || !_repeated.Contains(text)) return Inside(shape, name);
        if (!_names.TryGetValue(text, out var known))
        {
            known = name;
            for (var k = 2; _names.ContainsValue(known); k++) known = $"{name}-{k}";
            _names.Add(text, known);
            _definitions.Add(known, Inside(shape, known));
        }

        return new JsonObject { ["$ref"] = $"#/definitions/{known}" };
    }

    private JsonObject Inside(JsonObject shape, string name) =>
        new([.. shape.Select(pair => KeyValuePair.Create(pair.Key, pair.Value is JsonObject properties && pair.Key == "properties" ? Properties(properties) : Of(pair.Value, name)))]);

    private JsonObject Properties(JsonObject properties) => new([.. properties.Select(pair => KeyValuePair.Create(pair.Key, Of(pair.Value, pair.Key)))]);
}
