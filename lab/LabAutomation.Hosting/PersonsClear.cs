namespace LabAutomation.Hosting;

/// <summary>A person has looked at the instruments that were stopped, and says that they may work again.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why it is safe.</param>
public sealed record PersonsClear(string By, string Reason);
