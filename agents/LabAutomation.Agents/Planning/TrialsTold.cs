using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Planning;

/// <summary>
/// What was made of each trial of a campaign that has ended, so that not all are read again for each proposal: that took a sixth of a campaign's time at 350
/// trials. A trial that has changed since is another object, and is read again.
/// </summary>
internal sealed class TrialsTold
{
    private readonly List<TrialState> _read = [];
    private ImmutableList<StudyTrial> _told = [];
    private (CampaignPlan Plan, Study Study)? _opened;

    /// <summary>Without trials.</summary>
    /// <exception cref="StudyException">No point of the space is feasible.</exception>
    public Study Study(CampaignPlan plan)
    {
        if (_opened is { } known && ReferenceEquals(known.Plan, plan)) return known.Study;
        var study = Learning.Sessions.Study.Open(Planners.Problem(plan));
        _opened = (plan, study);
        return study;
    }

    /// <param name="trials">In the order of their numbers.</param>
    /// <param name="read">What is made of one.</param>
    public ImmutableList<StudyTrial> Of(IEnumerable<TrialState> trials, Func<TrialState, StudyTrial> read)
    {
        var place = 0;
        foreach (var trial in trials)
        {
            if (place == _read.Count)
            {
                _told = _told.Add(read(trial));
                _read.Add(trial);
            }
            else if (!ReferenceEquals(_read[place], trial))
            {
                _told = _told.SetItem(place, read(trial));
                _read[place] = trial;
            }

            place++;
        }

        if (place == _read.Count) return _told;
        _read.RemoveRange(place, _read.Count - place);
        return _told = _told.RemoveRange(place, _told.Count - place);
    }
}
