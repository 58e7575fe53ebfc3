using System.Text.Json.Serialization;
using Microsoft.SemanticKernel.ChatCompletion;

namespace Microsoft.SemanticKernel;

/// <summary>What a model is told about a call it asked for.</summary>
public sealed class FunctionResultContent : KernelContent
{
    [JsonConstructor]
    public FunctionResultContent(string? functionName = null, string? pluginName = null, string? callId = null, object? result = null)
    {
        FunctionName = functionName;
        PluginName = pluginName;
        CallId = callId;
        Result = result;
    }

    public FunctionResultContent(FunctionCallContent functionCall, object? result = null)
        : this(functionCall.FunctionName, functionCall.PluginName, functionCall.Id, result)
    {
    }

    public FunctionResultContent(FunctionCallContent functionCallContent, FunctionResult result)
        : this(functionCallContent, result.Value) =>
        InnerContent = result;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallId { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PluginName { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FunctionName { get; }

    /// <summary>Text goes to the model as it is, an exception as an error, everything else as JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public object? Result { get; }

    public ChatMessageContent ToChatMessage() => new(AuthorRole.Tool, [this]);
}
