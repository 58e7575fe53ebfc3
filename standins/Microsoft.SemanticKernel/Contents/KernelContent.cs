using System.Text.Json.Serialization;

namespace Microsoft.SemanticKernel;

/// <summary>A piece of a message.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FallBackToNearestAncestor)]
[JsonDerivedType(typeof(TextContent), nameof(TextContent))]
[JsonDerivedType(typeof(FunctionCallContent), nameof(FunctionCallContent))]
[JsonDerivedType(typeof(FunctionResultContent), nameof(FunctionResultContent))]
[JsonDerivedType(typeof(ChatMessageContent), nameof(ChatMessageContent))]
public abstract class KernelContent
{
    protected KernelContent()
    {
    }

    protected KernelContent(object? innerContent, string? modelId = null, IReadOnlyDictionary<string, object?>? metadata = null)
    {
        InnerContent = innerContent;
        ModelId = modelId;
        Metadata = metadata;
    }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MimeType { get; set; }

    /// <summary>The client library's object behind this.</summary>
    [JsonIgnore]
    public object? InnerContent { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ModelId { get; set; }

    /// <summary>What else the endpoint said, such as usage and the reason it stopped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, object?>? Metadata { get; set; }
}
