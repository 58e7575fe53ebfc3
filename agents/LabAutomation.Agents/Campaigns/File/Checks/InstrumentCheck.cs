using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

internal static class InstrumentCheck
{
    public static IReadOnlyList<Problem> Of(CampaignPlan plan, IReadOnlyCollection<Birth> instruments) => [];
}
