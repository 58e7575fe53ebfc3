using System.Collections.Immutable;

namespace LabAutomation.Agents.Records;

/// <summary>A person has looked at stopped instruments and says that they may work again.</summary>
public sealed record StopsCleared(string By, string Reason, ImmutableArray<string> Instruments) : LabEvent;
