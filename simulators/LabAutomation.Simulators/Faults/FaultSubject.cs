namespace LabAutomation.Simulators.Faults;

/// <summary>An instrument or a campaign that faults may strike.</summary>
/// <param name="Family">Of an instrument.</param>
public sealed record FaultSubject(string Name, string Family)
{
    public bool IsCampaign { get; init; }

    public bool IsStruckBy(FaultTraits traits) => IsCampaign == (traits.Target == FaultTarget.Campaign) && (traits.Families is not { } families || families.Contains(Family, StringComparer.Ordinal));
}
