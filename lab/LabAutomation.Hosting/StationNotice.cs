namespace LabAutomation.Hosting;

/// <summary>What the unit of an instrument says of its trouble, or of the end of it, for the person at this machine.</summary>
/// <param name="IsTrouble">Whether something is wrong; else something is right again.</param>
/// <param name="Text">Begins with the unit's state where that is the trouble.</param>
public sealed record StationNotice(string Instrument, bool IsTrouble, string Text);
