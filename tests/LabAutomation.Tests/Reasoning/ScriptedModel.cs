using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LabAutomation.Agents.Reasoning;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Tests.Reasoning;

/// <summary>A model that answers what a script says, whatever it is asked.</summary>
internal sealed class ScriptedModel(params IEnumerable<ModelAnswered> script) : IChatCompletionService
{
    private readonly Queue<ModelAnswered> _script = new(script);

    /// <summary>Happens while it thinks.</summary>
    public Action? Meanwhile { get; init; }

    public List<ChatHistory> Asked { get; } = [];

    public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

    public static ModelAnswered Says(string text) => new("", 0, "model-1-2026", text, [], "Stop", 100, 20, 0, 0);

    public static ModelAnswered Calls(string tool, params (string Name, string Value)[] arguments) => new("", 0, "model-1-2026", "",
        [new WantedCall("x", tool, ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, arguments.Select(one => KeyValuePair.Create(one.Name, one.Value))))], "ToolCalls", 100, 20, 0, 0);

    public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Asked.Add([.. chatHistory]);
        Meanwhile?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        if (!_script.TryDequeue(out var answer)) throw new InvalidOperationException("the script has no more answers");
        foreach (var word in answer.Text.Split(' ')) yield return new StreamingChatMessageContent(AuthorRole.Assistant, word + " ");
        var last = new StreamingChatMessageContent(AuthorRole.Assistant, null, answer);
        for (var k = 0; k < answer.Calls.Length; k++)
            last.Items.Add(new StreamingFunctionCallUpdateContent(answer.Calls[k].Call, answer.Calls[k].Tool, answer.Calls[k].Arguments is { } values ? JsonSerializer.Serialize(values) : "{no json", k));
        yield return last;
        await Task.CompletedTask;
    }
}
