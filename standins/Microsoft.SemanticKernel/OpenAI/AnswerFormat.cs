using System.Text.Json;
using Microsoft.Extensions.AI;
using ChatResponseFormat = OpenAI.Chat.ChatResponseFormat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>What form an answer is to have.</summary>
internal static class AnswerFormat
{
    private const string NamelessSchema = "JsonSchema";

    private static readonly AIJsonSchemaCreateOptions Strict = new()
    {
        TransformOptions = new AIJsonSchemaTransformOptions
        {
            DisallowAdditionalProperties = true,
            RequireAllProperties = true,
            MoveDefaultKeywordToDescription = true,
        },
    };

    /// <summary>Null when nothing is said, or nothing that is understood.</summary>
    public static ChatResponseFormat? From(object? given) => given switch
    {
        ChatResponseFormat format => format,
        "json_object" => ChatResponseFormat.CreateJsonObjectFormat(),
        "text" => ChatResponseFormat.CreateTextFormat(),
        Type type => Of(Nullable.GetUnderlyingType(type) ?? type),
        JsonElement { ValueKind: JsonValueKind.String } text when From(text.GetString()) is { } named => named,
        JsonElement { ValueKind: JsonValueKind.String } text when text.GetString() is "" => ChatResponseFormat.CreateTextFormat(),
        JsonElement { ValueKind: JsonValueKind.Object } schema => Of(schema),
        JsonElement other => throw new ArgumentException($"{other} is no response format: give \"text\", \"json_object\" or a JSON schema."),
        _ => null,
    };

    private static ChatResponseFormat Of(Type type) => ChatResponseFormat.CreateJsonSchemaFormat(
        NameOf(type), BinaryData.FromString(InferredSchema.Build(type, inference: Strict).ToString()), jsonSchemaIsStrict: true);

    /// <summary>Either the API's own wrapping of a schema or the schema itself.</summary>
    private static ChatResponseFormat Of(JsonElement element)
    {
        if (!element.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || type.GetString() != "json_schema"
            || !element.TryGetProperty("json_schema", out var wrapped))
            return ChatResponseFormat.CreateJsonSchemaFormat(NamelessSchema, BinaryData.FromString(element.GetRawText()));
        if (!wrapped.TryGetProperty("schema", out var schema)) throw new ArgumentException("The response format is json_schema and has no 'schema'.");
        return ChatResponseFormat.CreateJsonSchemaFormat(
            wrapped.TryGetProperty("name", out var name) ? name.GetString() : NamelessSchema,
            BinaryData.FromString(schema.GetRawText()),
            jsonSchemaIsStrict: wrapped.TryGetProperty("strict", out var strict) && strict.ValueKind == JsonValueKind.True ? true : null);
    }

    private static string NameOf(Type type) => string.Concat(type.GenericTypeArguments.Select(NameOf).Prepend(type.Name.Split('`')[0]));
}
