namespace LabAutomation.Models;

/// <summary>A folder whose model was not loaded.</summary>
/// <param name="Directory">The folder.</param>
/// <param name="Name">The model's name in its card; the folder's where the card cannot be read.</param>
/// <param name="Reason">What is wrong, with what would be right.</param>
public sealed record RefusedModel(string Directory, string Name, string Reason);
