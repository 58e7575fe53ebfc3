using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

/// <summary>
/// What a strict endpoint refuses of a chat completions request: https://platform.openai.com/docs/api-reference/chat/create.
/// </summary>
internal static partial class Protocol
{
    private static readonly HashSet<string> Known =
    [
        "model", "messages", "stream", "stream_options", "temperature", "top_p", "presence_penalty", "frequency_penalty", "max_tokens",
        "max_completion_tokens", "stop", "seed", "response_format", "tools", "tool_choice", "parallel_tool_calls", "user", "logit_bias", "logprobs",
        "top_logprobs", "metadata", "store", "reasoning_effort", "n", "chat_template_kwargs",
    ];

    /// <summary>Every complaint, none when the request is in order.</summary>
    public static IEnumerable<string> Complaints(JsonObject request) =>
        request.Where(member => !Known.Contains(member.Key)).Select(member => $"unknown member '{member.Key}'")
            .Concat(Text(request["model"]) is { Length: > 0 } ? [] : ["'model' is missing"])
            .Concat(request["stream_options"] is not null && !IsTrue(request["stream"]) ? ["'stream_options' without 'stream'"] : [])
            .Concat(request["tool_choice"] is not null && request["tools"] is not JsonArray { Count: > 0 } ? ["'tool_choice' without 'tools'"] : [])
            .Concat(request["parallel_tool_calls"] is not null && request["tools"] is null ? ["'parallel_tool_calls' without 'tools'"] : [])
            .Concat((request["tools"] as JsonArray ?? []).SelectMany(Tool))
            .Concat(request["messages"] is JsonArray { Count: > 0 } messages ? Messages(messages) : ["'messages' is missing or empty"]);

    private static IEnumerable<string> Tool(JsonNode? tool)
    {
        if (Text(tool?["type"]) != "function") yield return "a tool is not of type 'function'";
        if (!Name().IsMatch(Text(tool?["function"]?["name"]) ?? "")) yield return $"'{tool?["function"]?["name"]}' is no name of a function";
        if (tool?["function"]?["parameters"] is not { } parameters) yield break;
        if (Text(parameters["type"]) != "object") yield return "the parameters of a function are not an object";
        if (parameters["properties"] is not JsonObject) yield return "the parameters of a function have no 'properties'";
    }

    private static IEnumerable<string> Messages(JsonArray messages)
    {
        var open = new HashSet<string>();
        foreach (var message in messages)
        {
            var role = Text(message!["role"]);
            if (role == "tool")
            {
                if (!open.Remove(Text(message["tool_call_id"]) ?? "")) yield return $"nobody asked for the call '{message["tool_call_id"]}'";
                if (!IsContent(message["content"])) yield return "a tool's message has no content";
                continue;
            }

            if (open.Count > 0) yield return $"the calls {string.Join(", ", open)} were not answered before the next message";
            open.Clear();
            if (role is not ("system" or "developer" or "user" or "assistant")) yield return $"'{role}' is no role";
            if (message["name"] is { } name && !Name().IsMatch(Text(name) ?? "")) yield return $"'{name}' is no name of a participant";
            if (message["tool_calls"] is null && !IsContent(message["content"])) yield return $"a message of role '{role}' has no content";
            if (message["tool_calls"] is not { } calls) continue;
            if (role != "assistant") yield return $"a message of role '{role}' asks for calls";
            if (calls is not JsonArray { Count: > 0 }) yield return "'tool_calls' is empty";
            foreach (var call in calls.AsArray())
            {
                if (!open.Add(Text(call!["id"]) ?? "")) yield return $"the call '{call["id"]}' is asked for twice";
                if (!Name().IsMatch(Text(call["function"]?["name"]) ?? "")) yield return $"'{call["function"]?["name"]}' is no name of a function";
                if (Text(call["function"]?["arguments"]) is null) yield return "the arguments of a call are not text";
            }
        }

        if (open.Count > 0) yield return $"the calls {string.Join(", ", open)} were never answered";
    }

    private static bool IsContent(JsonNode? node) => node is JsonArray { Count: > 0 } || Text(node) is not null;

    private static bool IsTrue(JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex Name();
}
