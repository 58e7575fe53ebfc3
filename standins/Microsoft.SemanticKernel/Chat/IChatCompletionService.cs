using Microsoft.SemanticKernel.Services;

namespace Microsoft.SemanticKernel.ChatCompletion;

/// <summary>A model that continues a conversation.</summary>
public interface IChatCompletionService : IAIService
{
    /// <param name="chatHistory">Grows by the calls that are made and by their results.</param>
    /// <param name="executionSettings">The model's defaults, and no functions, when null.</param>
    /// <param name="kernel">Whose functions are offered and called.</param>
    /// <param name="cancellationToken">Ends the request, and the functions that are running.</param>
    Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory,
        PromptExecutionSettings? executionSettings = null,
        Kernel? kernel = null,
        CancellationToken cancellationToken = default);

    /// <inheritdoc cref="GetChatMessageContentsAsync"/>
    IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory,
        PromptExecutionSettings? executionSettings = null,
        Kernel? kernel = null,
        CancellationToken cancellationToken = default);
}

/// <summary>For the common case of one answer.</summary>
public static class ChatCompletionServiceExtensions
{
    public static async Task<ChatMessageContent> GetChatMessageContentAsync(
        this IChatCompletionService chatCompletionService,
        ChatHistory chatHistory,
        PromptExecutionSettings? executionSettings = null,
        Kernel? kernel = null,
        CancellationToken cancellationToken = default) =>
        (await chatCompletionService.GetChatMessageContentsAsync(chatHistory, executionSettings, kernel, cancellationToken)).Single();
}
