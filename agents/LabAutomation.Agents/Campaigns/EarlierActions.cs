using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>
/// Actions that were under way when a campaign was taken up, and of which it is not known yet whether they are over. Drivers tell at once what is, and of what goes on for hours nothing comes, so that it is waited for a short time
/// only.
/// </summary>
internal sealed class EarlierActions
{
    /// <summary>Lab time; enough to ask again for what was lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HashSet<ActionId> _open = [];

    /// <summary>Lab time until which they are waited for; null where all have ended.</summary>
    public DateTimeOffset? Until { get; private set; }

    public void TakenUp(CampaignState state, DateTimeOffset now)
    {
        _open.Clear();
        _open.UnionWith(state.UnderWay.SelectMany(trial => trial.Actions.Values).Where(action => action.IsOpen).Select(action => action.Intent.Action));
        Until = _open.Count == 0 ? null : now + Patience;
    }

    public void Ended(ActionId action)
    {
        if (_open.Remove(action) && _open.Count == 0) Until = null;
    }
}
