using System.Text.Json.Nodes;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

/// <summary>The ways a test asks a model and looks at what was sent.</summary>
internal static class Asking
{
    public static IChatCompletionService Model(this Kernel kernel) => kernel.GetRequiredService<IChatCompletionService>();

    public static Task<ChatMessageContent> AskAsync(
        this Kernel kernel, ChatHistory history, PromptExecutionSettings? settings = null, CancellationToken cancellationToken = default) =>
        kernel.Model().GetChatMessageContentAsync(history, settings, kernel, cancellationToken);

    public static async Task<List<StreamingChatMessageContent>> StreamAsync(
        this Kernel kernel, ChatHistory history, PromptExecutionSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var pieces = new List<StreamingChatMessageContent>();
        await foreach (var piece in kernel.Model().GetStreamingChatMessageContentsAsync(history, settings, kernel, cancellationToken)) pieces.Add(piece);
        return pieces;
    }

    public static string Text(this IEnumerable<StreamingChatMessageContent> pieces) => string.Concat(pieces.Select(piece => piece.Content));

    public static ChatHistory Question(string text = "Go.") => new(text, AuthorRole.User);

    /// <summary>The text of a message as it was sent, which may be in parts.</summary>
    public static string Said(this JsonNode? message) =>
        (message!["content"] is JsonArray parts ? parts[0]!["text"] : message["content"])!.GetValue<string>();

    public static void Same(JsonNode actual, string expected) =>
        JsonNode.DeepEquals(actual, JsonNode.Parse(expected)).Should().BeTrue($"{actual.ToJsonString()} should be {expected}");
}
