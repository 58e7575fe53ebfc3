using System.Collections.Immutable;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What reasoning agents, and those who ask them, say to each other.</summary>
public abstract record ReasoningMessage
{
    private ReasoningMessage()
    {
    }

    /// <summary>Drafts and judgements that an agent wrote down before it said this, in their order.</summary>
    public ImmutableArray<LabEvent> Written { get; init; } = [];

    /// <param name="From">An agent's role, or "person".</param>
    public sealed record Ask(string From, string Text, Label Label) : ReasoningMessage;

    /// <param name="Doubts">Sentences of the answer that the record does not bear out.</param>
    public sealed record Answered(string Role, string Text, Label Label, ImmutableArray<string> Doubts) : ReasoningMessage;

    /// <summary>It came to no answer within its deadline, or at all.</summary>
    public sealed record Failed(string Role, string Reason) : ReasoningMessage;

    /// <summary>Find a campaign for a goal.</summary>
    public sealed record Plan(string Goal) : ReasoningMessage;

    /// <param name="Words">The planner's last answer.</param>
    /// <param name="Forecast">Of the virtual lab; or why there is none.</param>
    /// <param name="HasForecast">Whether there is one.</param>
    /// <param name="Judgement">The critic's; null where it came to none.</param>
    public sealed record Planned(DraftWritten Draft, string Words, string Forecast, bool HasForecast, DraftJudged? Judgement) : ReasoningMessage;
}
