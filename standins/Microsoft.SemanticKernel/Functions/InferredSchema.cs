using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;

namespace Microsoft.SemanticKernel;

/// <summary>The schema of a parameter, a result or a structured answer, from its .NET type.</summary>
internal static class InferredSchema
{
    /// <summary>Enumerations are described by their names.</summary>
    private static readonly JsonSerializerOptions Default = new(JsonSerializerOptions.Default) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>Null where the type can have no JSON, such as a pointer's.</summary>
    public static KernelJsonSchema? Of(Type? type, object? defaultValue, string? description, JsonSerializerOptions? options)
    {
        if (type is null || type == typeof(void) || type.IsByRef || type.IsPointer || type.IsFunctionPointer) return null;
        var text = defaultValue is null ? null : TextConversion.ToText(defaultValue, culture: null);
        if (!string.IsNullOrWhiteSpace(text))
            description = $"{description}{(string.IsNullOrWhiteSpace(description) ? "" : " ")}(default value: {text})";
        try
        {
            return Build(type, description, options);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static KernelJsonSchema Build(
        Type type, string? description = null, JsonSerializerOptions? options = null, AIJsonSchemaCreateOptions? inference = null)
    {
        var schema = AIJsonUtilities.CreateJsonSchema(
            type,
            string.IsNullOrEmpty(description) ? null : description,
            serializerOptions: options ?? Default,
            inferenceOptions: inference ?? new AIJsonSchemaCreateOptions());
        return KernelJsonSchema.Parse(schema.ValueKind switch
        {
            JsonValueKind.True => "{}",
            JsonValueKind.False => """{"not":true}""",
            _ => schema.GetRawText(),
        });
    }
}
