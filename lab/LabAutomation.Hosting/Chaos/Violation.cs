namespace LabAutomation.Hosting.Chaos;

/// <summary>A promise that was broken.</summary>
/// <param name="Oracle">Which one, in a word.</param>
/// <param name="Message">What happened, and where it is on record.</param>
public sealed record Violation(string Oracle, string Message);
