namespace LabAutomation.Agents.Planning.Surrogates;

/// <summary>What the card of an exported surrogate says beside its tensors.</summary>
/// <param name="Name">Of the model.</param>
/// <param name="Version">As the registry compares them.</param>
/// <param name="Campaign">Where the trials are from.</param>
/// <param name="Trials">How many were measured.</param>
/// <param name="Sensitivity">One of the card's labels.</param>
/// <param name="Data">How the trials can be told from others, such as the hash of their last record.</param>
public sealed record SurrogateFacts(string Name, string Version, string Campaign, int Trials, string Sensitivity, string Data);
