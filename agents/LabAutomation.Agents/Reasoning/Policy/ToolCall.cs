using System.Collections.Immutable;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Who calls.</summary>
/// <param name="Person">For whom it is done.</param>
/// <param name="Role">As the policy names it: planner, critic, analyst, scribe, client.</param>
/// <param name="Conversation">As the record names it.</param>
public sealed record Caller(string Person, string Role, string Conversation);

/// <summary>One call as the policy sees it. All but the caller, the name and the arguments comes from the tool and from the record, not from who calls.</summary>
/// <param name="Reach">Null where there is no such tool.</param>
/// <param name="Label">Of everything that the call may be derived from.</param>
/// <param name="Demand">What it would take.</param>
/// <param name="Plan">The campaign that it is about, where it is about one.</param>
/// <param name="Problem">Why the arguments cannot be used; null where they can.</param>
public sealed record ToolCall(
    Caller Caller,
    string Tool,
    ImmutableSortedDictionary<string, string> Arguments,
    Reach? Reach,
    Label Label,
    Outlay Demand,
    PlanFacts? Plan = null,
    string? Problem = null);
