using Microsoft.SemanticKernel.ChatCompletion;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What one agent works with.</summary>
/// <param name="Clock">The wall clock.</param>
public sealed record ReasoningAgent(
    ReasoningRole Role, ModelChoice Choice, IChatCompletionService Model, ToolGate Gate, ReasoningRecord Record, Account Account, Deadlines Deadlines, Secrets Secrets, TimeProvider Clock)
{
    /// <summary>The agent's own line to its model; null where that is behind none.</summary>
    public EndpointLine? Line { get; init; }
}
