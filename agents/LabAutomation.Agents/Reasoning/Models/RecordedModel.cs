using System.Runtime.CompilerServices;
using System.Text.Json;
using LabAutomation.Agents.Records;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>
/// The model of one agent as it answered in a conversation on record. It answers only the very requests that were made then: another word in the conversation, and
/// it says where the two part.
/// </summary>
/// <param name="entries">Of the conversation.</param>
public sealed class RecordedModel(IReadOnlyList<LedgerEntry> entries, string agent) : IChatCompletionService
{
    private readonly Queue<(ModelAsked Asked, LabEvent Came)> _rounds = new(Rounds(entries, agent));

    public IReadOnlyDictionary<string, object?> Attributes { get; } = new Dictionary<string, object?>();

    /// <summary>Whether every answer on record was asked for.</summary>
    public bool IsAtItsEnd => _rounds.Count == 0;

    public Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("conversations are streamed");

    /// <exception cref="ReasoningException">The conversation takes another way than the one on record, or failed there.</exception>
    public async IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory, PromptExecutionSettings? executionSettings = null, Kernel? kernel = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!_rounds.TryDequeue(out var round)) throw new ReasoningException($"the record has no further answer of the {agent}'s model");
        if (round.Asked.History != HistoryHash.Of(chatHistory)) throw new ReasoningException($"in round {round.Asked.Round} the conversation of the {agent} is not the one on record any more");
        if (round.Came is ModelFailed failed)
        {
            yield return new StreamingChatMessageContent(AuthorRole.Assistant, null, failed);
            throw new ReasoningException(failed.Reason);
        }

        var answered = (ModelAnswered)round.Came;
        var piece = new StreamingChatMessageContent(AuthorRole.Assistant, answered.Text, answered);
        for (var k = 0; k < answered.Calls.Length; k++)
            piece.Items.Add(new StreamingFunctionCallUpdateContent(answered.Calls[k].Call, answered.Calls[k].Tool, answered.Calls[k].Arguments is { } values ? JsonSerializer.Serialize(values) : "{", k));
        yield return piece;
        await Task.CompletedTask;
    }

    private static IEnumerable<(ModelAsked, LabEvent)> Rounds(IReadOnlyList<LedgerEntry> entries, string agent)
    {
        ModelAsked? asked = null;
        foreach (var entry in entries)
        {
            switch (entry.Event)
            {
                case ModelAsked one when one.Agent == agent: asked = one; break;
                case ModelAnswered answered when answered.Agent == agent && asked is not null: yield return (asked, answered); break;
                case ModelFailed failed when failed.Agent == agent && asked is not null: yield return (asked, failed); break;
            }
        }
    }
}
