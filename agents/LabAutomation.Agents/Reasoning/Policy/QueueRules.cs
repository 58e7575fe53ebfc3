using System.Collections.Immutable;
using LabAutomation.Agents.Queue;

namespace LabAutomation.Agents.Reasoning;

/// <summary>Who may change what waits.</summary>
/// <param name="Operators">Names of the persons who may; null for anybody with a name.</param>
public sealed record QueueRules(ImmutableArray<string>? Operators)
{
    /// <summary>The role of a person.</summary>
    public const string Operator = "operator";

    public static QueueRules Anybody { get; } = new((ImmutableArray<string>?)null);
}
