using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Planning;

/// <summary>
/// What was made of each trial of a campaign that has ended, so that not all are read again for each proposal: that took a sixth of a campaign's time at 350
/// trials. Of those before the first that is under way nothing is looked at, unless one of them has changed; after it, one that has changed is another object, and is read again.
/// </summary>
internal sealed class TrialsTold
{
    private readonly List<TrialState> _read = [];
    private ImmutableArray<StudyTrial> _told = [];

    /// <summary>So many trials from the first on are over, and so many of them are told; nothing of them has changed since.</summary>
    private (int Trials, int Told, int Revision) _over;
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

    /// <param name="isTold">Which trials are told; one that is over and told stays so.</param>
    /// <param name="read">What is made of one.</param>
    public ImmutableArray<StudyTrial> Of(CampaignState state, Func<TrialState, bool> isTold, Func<TrialState, StudyTrial> read)
    {
        if (_over.Revision != state.Revision || _over.Trials > state.Trials.Count) _over = (0, 0, state.Revision);
        var place = _over.Told;
        for (var number = _over.Trials; number < state.Trials.Count; number++)
        {
            var trial = state.Trials[number];
            if (number == _over.Trials && trial.Outcome is not null) _over = (number + 1, isTold(trial) ? place + 1 : place, state.Revision);
            if (!isTold(trial)) continue;
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
        return _told = _told.RemoveRange(place, _told.Length - place);
    }
}
