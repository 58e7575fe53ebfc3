using System.Text.Json.Nodes;

namespace LabAutomation.SystemTests.StandIns.SemanticKernel;

/// <summary>A call in a scripted answer.</summary>
internal sealed record Called(string Id, string Name, string Arguments = "{}");

/// <summary>One scripted answer of the server.</summary>
internal sealed record Reply
{
    public string? Text { get; init; }

    /// <summary>Why the model will not, in place of a text.</summary>
    public string? Refusal { get; init; }

    public IReadOnlyList<Called> Calls { get; init; } = [];

    public int Status { get; init; } = 200;

    /// <summary>Sent as it is instead of an answer.</summary>
    public string? Body { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The connection is cut after so many pieces of a stream.</summary>
    public int? CutAfter { get; init; }

    /// <summary>After so many pieces a stream ends as if it were whole.</summary>
    public int? EndsAfter { get; init; }

    /// <summary>Nothing is sent until the client has gone.</summary>
    public bool Hangs { get; init; }

    /// <summary>Some endpoints never say whose a streamed answer is.</summary>
    public bool WithoutRole { get; init; }

    public static Reply Says(string text) => new() { Text = text };

    public static Reply Asks(params Called[] calls) => new() { Calls = calls };

    public static Reply Refuses(int status, string message, string type = "invalid_request_error") => new()
    {
        Status = status,
        Body = new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = null, ["code"] = null } }.ToJsonString(),
    };

    private string FinishReason => Calls.Count > 0 ? "tool_calls" : "stop";

    /// <summary>The whole answer at once.</summary>
    public JsonObject Completion(string model)
    {
        var message = new JsonObject { ["role"] = "assistant", ["content"] = Text, ["refusal"] = Refusal };
        if (Calls.Count > 0)
            message["tool_calls"] = new JsonArray([.. Calls.Select(call => (JsonNode)new JsonObject
            {
                ["id"] = call.Id,
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
            })]);
        var completion = Envelope("chat.completion", model);
        completion["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = FinishReason });
        completion["usage"] = Usage();
        return completion;
    }

    /// <summary>The answer in pieces: text by words, arguments by three letters, calls taking turns.</summary>
    public IEnumerable<JsonObject> Pieces(string model, bool includeUsage)
    {
        var first = WithoutRole ? [] : new JsonObject { ["role"] = "assistant" };
        first["content"] = Calls.Count > 0 ? null : "";
        yield return Piece(first);
        foreach (var word in (Text ?? "").Split(' ').Where(word => word.Length > 0).Select((word, at) => at == 0 ? word : " " + word))
            yield return Piece(new JsonObject { ["content"] = word });
        if (Refusal is not null) yield return Piece(new JsonObject { ["refusal"] = Refusal });
        for (var index = 0; index < Calls.Count; index++)
            yield return Piece(Call(index, new JsonObject { ["name"] = Calls[index].Name, ["arguments"] = "" }, Calls[index].Id));
        for (var from = 0; Calls.Any(call => call.Arguments.Length > from); from += 3)
            for (var index = 0; index < Calls.Count; index++)
                if (Calls[index].Arguments.Length > from)
                    yield return Piece(Call(index, new JsonObject { ["arguments"] = string.Concat(Calls[index].Arguments.Skip(from).Take(3)) }, id: null));
        yield return Piece([], FinishReason);
        if (!includeUsage) yield break;
        var last = Envelope("chat.completion.chunk", model);
        last["choices"] = new JsonArray();
        last["usage"] = Usage();
        yield return last;

        JsonObject Piece(JsonObject delta, string? finished = null)
        {
            var piece = Envelope("chat.completion.chunk", model);
            piece["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finished });
            return piece;
        }
    }

    private static JsonObject Call(int index, JsonObject function, string? id)
    {
        var call = new JsonObject { ["index"] = index };
        if (id is not null) (call["id"], call["type"]) = (id, "function");
        call["function"] = function;
        return new JsonObject { ["tool_calls"] = new JsonArray(call) };
    }

    private static JsonObject Envelope(string kind, string model) =>
        new() { ["id"] = "chatcmpl-1", ["object"] = kind, ["created"] = 1_700_000_000, ["model"] = model };

    private static JsonObject Usage() => new() { ["prompt_tokens"] = 11, ["completion_tokens"] = 7, ["total_tokens"] = 18 };
}
