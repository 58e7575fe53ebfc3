namespace LabAutomation.Models;

/// <summary>What became of a version that was put into a folder of models.</summary>
/// <param name="Directory">Its folder.</param>
/// <param name="Version">That is current now; null where what was put there is not used.</param>
/// <param name="Before">The version whose place it took.</param>
/// <param name="Refusal">Why it is not used.</param>
public sealed record RegistryChange(string Directory, string? Version, string? Before, string? Refusal);
