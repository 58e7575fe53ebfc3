using System.Text.Json.Nodes;
using OpenAI.Chat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>A function as the endpoint is told of it.</summary>
internal static class ToolDefinition
{
    /// <summary>Between plugin and function on the wire.</summary>
    public const string Separator = "-";

    public static ChatTool Placeholder() =>
        ChatTool.CreateFunctionTool("NonInvocableTool", "Stands where functions could be on offer. It cannot be called.", Parameters([], [], strict: false));

    public static ChatTool Of(KernelFunctionMetadata function, bool strict) => ChatTool.CreateFunctionTool(
        Names.Qualified(function.PluginName, function.Name, Separator),
        function.Description,
        Parameters(
            function.Parameters.Where(parameter => strict || parameter.IsRequired).Select(parameter => parameter.Name),
            function.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, SchemaOf(parameter, strict))),
            strict),
        functionSchemaIsStrict: strict);

    private static BinaryData Parameters(IEnumerable<string> required, IEnumerable<KeyValuePair<string, JsonNode?>> properties, bool strict)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray([.. required.Select(name => (JsonNode?)name)]),
            ["properties"] = new JsonObject(properties),
        };
        if (strict) schema["additionalProperties"] = false;
        return BinaryData.FromString(schema.ToJsonString());
    }

    private static JsonNode? SchemaOf(KernelParameterMetadata parameter, bool strict)
    {
        if (parameter.Schema is { } schema)
        {
            var node = JsonNode.Parse(schema.ToString());
            if (strict) StrictSchema.Apply(node, orNull: !parameter.IsRequired);
            return node;
        }

        // A parameter of unknown type is text.
        var text = new JsonObject();
        if (Description(parameter) is { Length: > 0 } description) text["description"] = description;
        text["type"] = strict ? new JsonArray("string", "null") : "string";
        return text;
    }

    private static string Description(KernelParameterMetadata parameter) =>
        TextConversion.ToText(parameter.DefaultValue, culture: null) is { Length: > 0 } value
            ? $"{parameter.Description} (default value: {value})"
            : parameter.Description;
}
