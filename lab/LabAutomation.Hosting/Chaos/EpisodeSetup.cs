using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Campaigns in a simulated lab, to be run under faults, side by side.</summary>
/// <param name="Configuration">Of a lab whose instruments are all simulated; data directory and seed are replaced.</param>
public sealed record EpisodeSetup(ImmutableArray<CampaignPlan> Plans, IConfiguration Configuration, InstrumentFamilies? Families = null)
{
    public EpisodeSetup(CampaignPlan plan, IConfiguration configuration, InstrumentFamilies? families = null)
        : this([plan], configuration, families)
    {
    }
}
