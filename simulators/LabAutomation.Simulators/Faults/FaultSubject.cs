namespace LabAutomation.Simulators.Faults;

/// <summary>An instrument that faults may strike.</summary>
public sealed record FaultSubject(string Name, string Family)
{
    public bool IsStruckBy(FaultTraits traits) => traits.Families is not { } families || families.Contains(Family, StringComparer.Ordinal);
}
