using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Lab.Display;

/// <summary>Tells of each trial that has ended once. Where several are under way, a later one can end first.</summary>
internal sealed class EndedTrials
{
    private HashSet<int>? _known;

    /// <summary>All trials before this place have been told of.</summary>
    private int _from;

    /// <summary>How many had ended already when the first state was seen; they are not told of.</summary>
    public int Before { get; private set; }

    /// <returns>In the order of their numbers.</returns>
    public IReadOnlyList<TrialState> News(CampaignState state)
    {
        while (_known?.Contains(_from + 1) == true) _from++;
        var ended = state.Trials.Skip(_from).Where(trial => trial.Outcome is not null);
        if (_known is null)
        {
            _known = [.. ended.Select(trial => trial.Number)];
            Before = _known.Count;
            return [];
        }

        return [.. ended.Where(trial => _known.Add(trial.Number))];
    }
}
