namespace LabAutomation.Simulators.Faults;

/// <summary>An instrument or a campaign that faults may strike.</summary>
/// <param name="Family">Of an instrument.</param>
public sealed record FaultSubject(string Name, string Family)
{
    public bool IsCampaign { get; init; }

    /// <summary>Whether what an instrument sends on its line carries a checksum.</summary>
    public bool HasChecksum { get; init; }

    public bool IsStruckBy(FaultTraits traits) => (HasChecksum || traits.Kind != FaultKind.WrongChecksum) && IsCampaign == (traits.Target == FaultTarget.Campaign) && (traits.Families is not { } families || families.Contains(Family, StringComparer.Ordinal));
}
