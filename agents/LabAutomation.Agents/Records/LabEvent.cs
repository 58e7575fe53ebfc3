namespace LabAutomation.Agents.Records;

/// <summary>
/// Something that happened and is on record. Each kind has a manifest such as <c>trial-proposed/1</c> under which it is stored;
/// a change of shape gets a new number, never a new meaning; a member may be added that is left out where it says nothing. See <see cref="LabEvents"/>.
/// </summary>
public abstract record LabEvent;
