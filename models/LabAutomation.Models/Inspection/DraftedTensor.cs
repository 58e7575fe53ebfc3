namespace LabAutomation.Models;

/// <summary>A tensor as a graph declares it.</summary>
/// <param name="Name">In the graph.</param>
/// <param name="Type">As cards call it.</param>
/// <param name="Shape">Lengths, and names where they are open.</param>
internal sealed record DraftedTensor(string Name, string Type, IReadOnlyList<string> Shape);
