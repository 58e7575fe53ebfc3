using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;
using LabAutomation.Protocol;
using LabAutomation.Tests.Records;

namespace LabAutomation.Tests.Planning;

public sealed class TrialsToldTests
{
    private readonly TrialsTold _told = new();
    private readonly List<int> _read = [];
    private readonly List<int> _lookedAt = [];

    [Fact]
    public void Only_trials_that_are_new_or_have_changed_are_read()
    {
        var three = Over(Proposed(5), 1, 2, 3);
        var five = Over(three, 4, 5);
        var given = five.Apply(new OutcomeGivenUp(five.Trials[1].Actions.Values.Single().Intent.Action, "ada", "emptied by hand"), RecordMaker.At(9));

        Told(three).Should().Equal(1, 2, 3);
        Told(five).Should().Equal(1, 2, 3, 4, 5);
        Told(given).Should().Equal(1, 2, 3, 4, 5);

        _read.Should().Equal(1, 2, 3, 4, 5, 2);
    }

    [Fact]
    public void Trials_before_the_first_that_is_under_way_are_not_looked_at_again()
    {
        var most = Over(Proposed(5), 1, 2, 4);
        Told(most).Should().Equal(1, 2, 4);
        _lookedAt.Clear();

        Told(Over(most, 5)).Should().Equal(1, 2, 4, 5);

        _lookedAt.Distinct().Should().Equal(3, 4, 5);
    }

    [Fact]
    public void A_trial_that_ends_after_a_later_one_has_its_place_and_one_that_is_no_longer_told_is_left_out()
    {
        var late = Over(Proposed(4), 1, 4);
        var known = late.Apply(new TrialKnown(3, ImmutableSortedDictionary<string, Quantity>.Empty, 5), RecordMaker.At(7));

        Told(late).Should().Equal(1, 4);
        Told(known).Should().Equal(1, 3, 4);
        Told(known.Apply(new TrialAbandoned(3, "given up"), RecordMaker.At(8))).Should().Equal(1, 4);
        Told(Over(known, 2)).Should().Equal(1, 2, 3, 4);
    }

    private IEnumerable<double> Told(CampaignState state) => _told.Of(state, IsTold, Read).Select(told => told.Point[0]);

    private bool IsTold(TrialState trial)
    {
        _lookedAt.Add(trial.Number);
        return trial.Outcome is TrialOutcome.Measured || trial is { Outcome: null, Known: not null };
    }

    private StudyTrial Read(TrialState trial)
    {
        _read.Add(trial.Number);
        return new StudyTrial(new Point([trial.Number]), null, "it failed");
    }

    /// <summary>Under way, each with an action of which nobody knows what became of it.</summary>
    private static CampaignState Proposed(int count)
    {
        var record = new RecordMaker();
        for (var trial = 1; trial <= count; trial++) record.Proposed(trial, trial).Did(trial, trial, trial, "dose", "pump-cyan", "dispense", status: ActionStatus.UnknownOutcome);
        return record.State;
    }

    private static CampaignState Over(CampaignState state, params int[] trials) =>
        trials.Aggregate(state, (before, trial) => before.Apply(new TrialMeasured(trial, ImmutableSortedDictionary<string, Quantity>.Empty, 5), RecordMaker.At(6)));
}
