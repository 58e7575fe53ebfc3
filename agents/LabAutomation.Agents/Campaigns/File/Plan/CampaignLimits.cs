using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <param name="Instruments">The only instruments that the campaign may use; null for all that there are.</param>
/// <param name="FailedTrials">The campaign ends after so many failed trials in a row.</param>
/// <param name="Trial">Lab time that one trial may take.</param>
public sealed record CampaignLimits(ImmutableArray<string>? Instruments, int FailedTrials, TimeSpan Trial)
{
    public const int DefaultFailedTrials = 5;

    public static readonly TimeSpan DefaultTrial = TimeSpan.FromHours(1);

    /// <summary>Lab time for cleaning up and carrying, which have to happen however short a trial may be.</summary>
    public TimeSpan CleanUp => Trial > DefaultTrial ? Trial : DefaultTrial;
}
