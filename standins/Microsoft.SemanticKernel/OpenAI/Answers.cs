using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI.Chat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>What an endpoint answered.</summary>
internal static class Answers
{
    public static OpenAIChatMessageContent Read(global::OpenAI.Chat.ChatCompletion completion, string modelId, bool keepArgumentTypes)
    {
        var metadata = new Dictionary<string, object?>
        {
            ["Id"] = completion.Id,
            ["CreatedAt"] = completion.CreatedAt,
            ["SystemFingerprint"] = completion.SystemFingerprint,
            ["Usage"] = completion.Usage,
            ["Refusal"] = completion.Refusal,
            ["FinishReason"] = completion.FinishReason.ToString(),
            ["ContentTokenLogProbabilities"] = completion.ContentTokenLogProbabilities,
        };
        var texts = completion.Content.Where(part => part.Kind == ChatMessageContentPartKind.Text).Select(part => part.Text);
        var answer = new OpenAIChatMessageContent(new AuthorRole(completion.Role.ToString()), texts, modelId, completion, completion.ToolCalls, metadata);
        foreach (var call in completion.ToolCalls) answer.Items.Add(CallOf(call, keepArgumentTypes));
        return answer;
    }

    public static Dictionary<string, object?> MetadataOf(StreamingChatCompletionUpdate update) => new()
    {
        ["CompletionId"] = update.CompletionId,
        ["CreatedAt"] = update.CreatedAt,
        ["SystemFingerprint"] = update.SystemFingerprint,
        ["RefusalUpdate"] = update.RefusalUpdate,
        ["Usage"] = update.Usage,
        ["FinishReason"] = update.FinishReason?.ToString(),
    };

    public static FunctionCallContent CallOf(ChatToolCall call, bool keepArgumentTypes)
    {
        var (plugin, function) = Names.Split(call.FunctionName, ToolDefinition.Separator);
        var (arguments, failure) = ModelArguments.Parse(call.FunctionArguments.ToString(), keepArgumentTypes);
        return new FunctionCallContent(function, plugin, call.Id, arguments) { InnerContent = call, Exception = failure };
    }
}
