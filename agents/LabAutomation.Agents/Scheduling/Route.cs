using System.Collections.Immutable;

namespace LabAutomation.Agents.Scheduling;

/// <summary>How a sample gets from one location to another. One way only; the way back is a route of its own.</summary>
/// <param name="Duration">From the first touch to the moment when the sample stands at its goal. Meanwhile it counts at both locations.</param>
/// <param name="Carriers">Resources, or capabilities of resources, any one of which can carry it.</param>
internal sealed record Route(string From, string To, TimeSpan Duration, ImmutableArray<string> Carriers);
