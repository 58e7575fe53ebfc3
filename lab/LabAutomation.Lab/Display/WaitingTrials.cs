using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>Tells each wait of a trial for a consumable once.</summary>
internal sealed class WaitingTrials
{
    private HashSet<TrialWaits> _known = [];

    public IReadOnlyList<TrialWaits> News(CampaignState state)
    {
        var waiting = state.UnderWay.Select(trial => trial.Waits).OfType<TrialWaits>().ToArray();
        TrialWaits[] news = [.. waiting.Where(one => !_known.Contains(one))];
        _known = [.. waiting];
        return news;
    }
}
