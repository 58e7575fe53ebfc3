using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Tests.Planning;

public sealed class TrialsToldTests
{
    private readonly TrialsTold _told = new();
    private readonly List<int> _read = [];

    [Fact]
    public void Only_trials_that_are_new_or_have_changed_are_read()
    {
        var trials = Trials(5);

        Told(trials[..3]).Should().Equal(1, 2, 3);
        Told(trials).Should().Equal(1, 2, 3, 4, 5);
        Told([trials[0], trials[1] with { }, .. trials[2..]]).Should().Equal(1, 2, 3, 4, 5);

        _read.Should().Equal(1, 2, 3, 4, 5, 2);
    }

    [Fact]
    public void A_trial_that_ends_after_a_later_one_has_its_place_and_one_that_is_no_longer_told_is_left_out()
    {
        var trials = Trials(4);

        Told([trials[0], trials[3]]).Should().Equal(1, 4);
        Told(trials).Should().Equal(1, 2, 3, 4);
        Told(trials[..2]).Should().Equal(1, 2);
        Told(trials[..3]).Should().Equal(1, 2, 3);
    }

    private IEnumerable<double> Told(IEnumerable<TrialState> trials) => _told.Of(trials, Read).Select(told => told.Point[0]);

    private StudyTrial Read(TrialState trial)
    {
        _read.Add(trial.Number);
        return new StudyTrial(new Point([trial.Number]), null, "it failed");
    }

    private static TrialState[] Trials(int count)
    {
        using var campaign = new ShortCampaign("{ minimise: difference, until: { trials: 12 } }");
        var values = campaign.Plan.ToValues(new Point([0.5, 0.5]));
        return [.. Enumerable.Range(1, count).Select(number => new TrialState(new TrialProposed(number, values, null, null, null, "a test")))];
    }
}
