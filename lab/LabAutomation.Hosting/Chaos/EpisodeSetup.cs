using LabAutomation.Agents.Campaigns;
using Microsoft.Extensions.Configuration;

namespace LabAutomation.Hosting.Chaos;

/// <summary>A campaign in a simulated lab, to be run under faults.</summary>
/// <param name="Configuration">Of a lab whose instruments are all simulated; data directory and seed are replaced.</param>
public sealed record EpisodeSetup(CampaignPlan Plan, IConfiguration Configuration, InstrumentFamilies? Families = null);
