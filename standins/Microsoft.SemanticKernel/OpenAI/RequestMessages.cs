using System.Text.Json;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI.Chat;

namespace Microsoft.SemanticKernel.Connectors.OpenAI;

/// <summary>A conversation as a request has it.</summary>
internal static class RequestMessages
{
    /// <exception cref="NotSupportedException">A message is of a kind that cannot be sent.</exception>
    public static List<ChatMessage> From(ChatHistory history, OpenAIPromptExecutionSettings settings)
    {
        var messages = new List<ChatMessage>();
        if (!string.IsNullOrWhiteSpace(settings.ChatDeveloperPrompt) && history.All(message => message.Role != AuthorRole.Developer))
            messages.Add(new DeveloperChatMessage(settings.ChatDeveloperPrompt));
        if (!string.IsNullOrWhiteSpace(settings.ChatSystemPrompt) && history.All(message => message.Role != AuthorRole.System))
            messages.Add(new SystemChatMessage(settings.ChatSystemPrompt));
        foreach (var message in history) messages.AddRange(From(message));
        return messages;
    }

    private static IEnumerable<ChatMessage> From(ChatMessageContent message)
    {
        var name = message.AuthorName;
        if (message.Role == AuthorRole.System) return [new SystemChatMessage(message.Content) { ParticipantName = name }];
        if (message.Role == AuthorRole.Developer) return [new DeveloperChatMessage(message.Content) { ParticipantName = name }];
        if (message.Role == AuthorRole.User) return [FromUser(message)];
        if (message.Role == AuthorRole.Assistant) return [FromAssistant(message)];
        if (message.Role == AuthorRole.Tool) return FromTool(message);
        throw new NotSupportedException($"A message of role '{message.Role}' cannot be sent: the roles are system, developer, user, assistant and tool.");
    }

    private static UserChatMessage FromUser(ChatMessageContent message)
    {
        var texts = message.Items.Select(item => item as TextContent
            ?? throw new NotSupportedException($"A user's message can hold text here, not {item.GetType().Name}.")).ToArray();
        return texts.Length == 1
            ? new UserChatMessage(texts[0].Text) { ParticipantName = message.AuthorName }
            : new UserChatMessage(texts.Select(text => ChatMessageContentPart.CreateTextPart(text.Text))) { ParticipantName = message.AuthorName };
    }

    private static AssistantChatMessage FromAssistant(ChatMessageContent message)
    {
        var calls = KnownCalls(message).ToList();
        foreach (var call in message.Items.OfType<FunctionCallContent>())
        {
            if (call.Id is null || calls.Any(known => known.Id == call.Id)) continue;
            var name = Names.Qualified(call.PluginName, call.FunctionName, ToolDefinition.Separator);
            calls.Add(ChatToolCall.CreateFunctionToolCall(call.Id, name, BinaryData.FromString(JsonSerializer.Serialize(call.Arguments))));
        }

        if (calls.Count == 0) return new AssistantChatMessage(message.Content ?? "") { ParticipantName = message.AuthorName };
        var sent = new AssistantChatMessage(calls.Select(Sanitised)) { ParticipantName = message.AuthorName };

        // Some endpoints refuse a message without content, calls or not.
        sent.Content.Add(ChatMessageContentPart.CreateTextPart(message.Content ?? ""));
        return sent;
    }

    /// <summary>The calls as the client library read them go back the way they came.</summary>
    private static IEnumerable<ChatToolCall> KnownCalls(ChatMessageContent message) =>
        (message as OpenAIChatMessageContent)?.ToolCalls
        ?? message.Metadata?.GetValueOrDefault(OpenAIChatMessageContent.ToolCallsKey) as IEnumerable<ChatToolCall>
        ?? [];

    /// <summary>A model that makes up a name must not have every later request refused for it.</summary>
    private static ChatToolCall Sanitised(ChatToolCall call)
    {
        var name = Names.SanitisedForWire(call.FunctionName);
        return name == call.FunctionName ? call : ChatToolCall.CreateFunctionToolCall(call.Id, name, call.FunctionArguments);
    }

    private static IReadOnlyList<ToolChatMessage> FromTool(ChatMessageContent message)
    {
        var results = message.Items.OfType<FunctionResultContent>().ToArray();
        if (results.Length == 0) throw new NotSupportedException("A message of role 'tool' needs a FunctionResultContent.");
        return [.. results.Select(result => new ToolChatMessage(
            result.CallId, result.Result is Exception failure ? FunctionCallRound.Failed(failure) : FunctionCallRound.AsText(result.Result)))];
    }
}
