using System.Text;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI.Chat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>An answer that comes in pieces.</summary>
internal sealed class StreamedAnswer(string modelId, int requestIndex)
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<int, Pieces> _calls = [];
    private ChatMessageRole? _role;
    private Dictionary<string, object?> _metadata = [];

    public bool HasCalls => _calls.Values.Any(call => call.Id is not null);

    public OpenAIStreamingChatMessageContent Append(StreamingChatCompletionUpdate update)
    {
        _metadata = Answers.MetadataOf(update);
        _role ??= update.Role;
        var piece = new OpenAIStreamingChatMessageContent(update, modelId, _metadata);
        foreach (var text in piece.Items.OfType<StreamingTextContent>()) _text.Append(text.Text);
        foreach (var call in update.ToolCallUpdates)
        {
            var arguments = call.FunctionArgumentsUpdate?.ToString() ?? "";
            if (string.IsNullOrEmpty(call.ToolCallId) && string.IsNullOrEmpty(call.FunctionName) && arguments.Length == 0) continue;
            piece.Items.Add(new StreamingFunctionCallUpdateContent(call.ToolCallId, call.FunctionName, arguments, call.Index) { RequestIndex = requestIndex });
            Track(call, arguments);
        }

        return piece;
    }

    /// <summary>The whole message. Endpoints that never say whose it is mean the model's.</summary>
    public OpenAIChatMessageContent Complete(bool keepArgumentTypes)
    {
        ChatToolCall[] calls = [.. _calls.Values.Where(call => call.Id is not null).Select(call =>
            ChatToolCall.CreateFunctionToolCall(call.Id, call.Name, BinaryData.FromString(call.Arguments.ToString())))];
        var role = new AuthorRole((_role ?? ChatMessageRole.Assistant).ToString());
        var answer = new OpenAIChatMessageContent(role, [_text.ToString()], modelId, inner: null, calls, _metadata);
        foreach (var call in calls) answer.Items.Add(Answers.CallOf(call, keepArgumentTypes));
        return answer;
    }

    private void Track(StreamingChatToolCallUpdate update, string arguments)
    {
        if (!_calls.TryGetValue(update.Index, out var call)) _calls[update.Index] = call = new Pieces();
        if (!string.IsNullOrWhiteSpace(update.ToolCallId)) call.Id = update.ToolCallId;
        if (!string.IsNullOrWhiteSpace(update.FunctionName)) call.Name = update.FunctionName;
        call.Arguments.Append(arguments);
    }

    private sealed class Pieces
    {
        public string? Id { get; set; }

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
