using OpenAI.Chat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>An answer, with the calls it asks for as the client library read them.</summary>
public sealed class OpenAIChatMessageContent : ChatMessageContent
{
    /// <summary>Where the calls are in the metadata as well.</summary>
    internal const string ToolCallsKey = "ChatResponseMessage.FunctionToolCalls";

    internal OpenAIChatMessageContent(
        ChatCompletion.AuthorRole role,
        IEnumerable<string> texts,
        string modelId,
        object? inner,
        IReadOnlyList<ChatToolCall> toolCalls,
        Dictionary<string, object?> metadata)
        : base(role, items: [], modelId, inner, metadata: metadata)
    {
        foreach (var text in texts) Items.Add(new TextContent(text));
        ToolCalls = toolCalls;
        if (toolCalls.Count > 0) metadata[ToolCallsKey] = toolCalls.Where(call => call.Kind == ChatToolCallKind.Function).ToList();
    }

    public IReadOnlyList<ChatToolCall> ToolCalls { get; set; }
}

/// <summary>A piece of an answer, with the reason the model stopped in the last one.</summary>
public sealed class OpenAIStreamingChatMessageContent : StreamingChatMessageContent
{
    internal OpenAIStreamingChatMessageContent(StreamingChatCompletionUpdate update, string modelId, IReadOnlyDictionary<string, object?> metadata)
        : base(update.Role is { } role ? new ChatCompletion.AuthorRole(role.ToString()) : null, content: null, update, 0, modelId, metadata: metadata)
    {
        FinishReason = update.FinishReason;
        ToolCallUpdates = update.ToolCallUpdates;
        foreach (var part in update.ContentUpdate)
            if (part.Kind == ChatMessageContentPartKind.Text) Items.Add(new StreamingTextContent(part.Text));
    }

    internal OpenAIStreamingChatMessageContent(ChatCompletion.AuthorRole role, string? content)
        : base(role, content)
    {
    }

    public ChatFinishReason? FinishReason { get; set; }

    public IReadOnlyList<StreamingChatToolCallUpdate>? ToolCallUpdates { get; }
}
