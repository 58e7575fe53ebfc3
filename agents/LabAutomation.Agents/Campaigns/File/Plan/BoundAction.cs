using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>An action with the values of one trial. Arguments are in the units of the file.</summary>
public sealed record BoundAction(string Instrument, string Command, ImmutableSortedDictionary<string, Quantity> Arguments);
