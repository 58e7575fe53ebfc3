using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>Shows a campaign while it runs. Called by one thread at a time.</summary>
internal interface ICampaignDisplay : IAsyncDisposable
{
    void Show(CampaignState state);

    void Show(InstrumentNotice notice);

    /// <summary>A line that stays.</summary>
    void Say(string line);
}
