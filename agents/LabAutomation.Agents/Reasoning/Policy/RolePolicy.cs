using System.Collections.Immutable;

namespace LabAutomation.Agents.Reasoning;

/// <summary>What one role may do.</summary>
/// <param name="Tools">The only ones that it may call.</param>
/// <param name="Budget">Of one conversation.</param>
public sealed record RolePolicy(Tier Tier, ImmutableArray<string> Tools, Outlay Budget);
