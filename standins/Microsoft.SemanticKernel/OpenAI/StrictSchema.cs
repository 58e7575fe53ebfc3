using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>What OpenAI's structured outputs allow of JSON schema: https://platform.openai.com/docs/guides/structured-outputs.</summary>
internal static class StrictSchema
{
    private static readonly HashSet<string> NotAllowed = new(StringComparer.OrdinalIgnoreCase)
    {
        "contains", "default", "format", "maxContains", "maximum", "maxItems", "maxLength", "maxProperties", "minContains", "minimum", "minItems",
        "minLength", "minProperties", "multipleOf", "nullable", "pattern", "patternProperties", "propertyNames", "unevaluatedItems",
        "unevaluatedProperties", "uniqueItems",
    };

    /// <param name="node">Changed in place.</param>
    /// <param name="orNull">Whether everything in it may be null: strict schemas know no optional parameter.</param>
    public static void Apply(JsonNode? node, bool orNull)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Apply(item, orNull);
            return;
        }

        if (node is not JsonObject schema) return;
        if (orNull || schema["nullable"] is JsonValue nullable && nullable.GetValue<bool>()) AllowNull(schema);
        if (Types(schema).Contains("object")) schema["additionalProperties"] = false;
        foreach (var key in schema.Select(property => property.Key).Where(NotAllowed.Contains).ToArray()) schema.Remove(key);
        foreach (var (_, value) in schema) Apply(value, orNull);
        if (schema["properties"] is JsonObject properties)
            schema["required"] = new JsonArray([.. properties.Select(property => (JsonNode?)property.Key)]);
    }

    private static void AllowNull(JsonObject schema)
    {
        var types = Types(schema);
        if (types.Length > 0 && !types.Contains("null")) schema["type"] = new JsonArray([.. types.Append("null").Select(type => (JsonNode?)type)]);
    }

    private static string[] Types(JsonObject schema) => schema["type"] switch
    {
        JsonValue one when one.GetValueKind() == JsonValueKind.String => [one.GetValue<string>()],
        JsonArray several => [.. several.Select(type => type!.GetValue<string>())],
        _ => [],
    };
}
