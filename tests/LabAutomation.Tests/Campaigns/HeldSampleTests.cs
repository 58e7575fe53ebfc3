using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Hosting;
using LabAutomation.Protocol;
using LabAutomation.Tests.Records;

namespace LabAutomation.Tests.Campaigns;

/// <summary>Whose sample an arm may have in its gripper, by the record alone.</summary>
public sealed class HeldSampleTests
{
    [Theory]
    [InlineData(ActionStatus.Failed, CauseCode.HardwareFault, null, true)]
    [InlineData(ActionStatus.UnknownOutcome, CauseCode.LinkLost, null, true)]
    [InlineData(ActionStatus.Failed, CauseCode.HardwareFault, Repetition.TwiceIsOnce, true)]
    [InlineData(ActionStatus.Failed, CauseCode.EmergencyStop, Repetition.DidNothing, false)]
    [InlineData(ActionStatus.Expired, CauseCode.Unachievable, null, false)]
    [InlineData(ActionStatus.Succeeded, CauseCode.Success, null, false)]
    public void A_carriage_that_may_have_gripped_it_and_came_to_no_end_holds_it_and_one_that_did_nothing_does_not(ActionStatus status, CauseCode cause, Repetition? repetition, bool isHeld)
    {
        var record = Dosed(new RecordMaker(), 1);
        Carry(record, 2, 1, "heat", status, cause, repetition);

        HeldSample.All([record.State], "arm").Any().Should().Be(isHeld);
        HeldSample.All([record.State], "another").Should().BeEmpty();
    }

    [Fact]
    public void A_carriage_that_found_none_where_there_never_was_one_holds_none()
    {
        var record = new RecordMaker().Proposed(0, 1).Did(0, 1, 1, "dose", "doser", "dose", at: 1, status: ActionStatus.Failed);
        Carry(record, 2, 1, "store", ActionStatus.Failed, CauseCode.Unachievable, null);

        HeldSample.All([record.State], "arm").Should().BeEmpty();
    }

    [Fact]
    public void What_came_after_it_and_did_nothing_has_not_opened_the_gripper()
    {
        var record = Dosed(new RecordMaker(), 1);
        Carry(record, 2, 1, "heat", ActionStatus.Failed, CauseCode.HardwareFault, null);
        Carry(record, 3, 1, "heat", ActionStatus.Expired, CauseCode.Unachievable, null, attempt: 2);
        Carry(record, 4, 1, "store", ActionStatus.Failed, CauseCode.EmergencyStop, Repetition.DidNothing);

        HeldSample.Of([record.State], "arm", null).Trial.Should().Be(1);
    }

    [Fact]
    public void Where_it_may_be_that_of_several_they_are_listed_and_somebody_says_whose_it_is()
    {
        var first = Dosed(Dosed(new RecordMaker(), 1), 2);
        var other = Dosed(new RecordMaker("other-1", 0, first), 1);
        foreach (var (record, trial) in new[] { (first, 1), (first, 2), (other, 1) }) Carry(record, 2, trial, "heat", ActionStatus.Failed, CauseCode.HardwareFault, null);
        CampaignState[] states = [first.State, other.State];

        FluentActions.Invoking(() => HeldSample.Of(states, "arm", null)).Should().Throw<LabException>()
            .WithMessage("the samples of match-1/1, match-1/2, other-1/1 may all be the one in the gripper of arm; look whose it is, and name it: --sample match-1/1");
        FluentActions.Invoking(() => HeldSample.Of(states, "arm", "match-1/3")).Should().Throw<LabException>()
            .WithMessage("the sample of 'match-1/3' has no carriage by arm that came to no end; match-1/1, match-1/2, other-1/1 have");
        FluentActions.Invoking(() => HeldSample.Of(states, "crane", null)).Should().Throw<LabException>().WithMessage("no trial under way of 'match-1' and 'other-1' has a carriage by crane that came to no end*");
        HeldSample.Of(states, "arm", "match-1/2").Should().Match<HeldSample>(held => held.Campaign == "match-1" && held.Trial == 2);
        HeldSample.Of([other.State], "arm", null).Campaign.Should().Be("other-1", "no other comes into question");
    }

    private static RecordMaker Dosed(RecordMaker record, int trial) => record.Proposed(0, trial).Did(0, 1, trial, "dose", "doser", "dose", at: 1);

    private static void Carry(RecordMaker record, double minute, int trial, string step, ActionStatus status, CauseCode cause, Repetition? repetition, int attempt = 1)
    {
        var (action, nothing) = (ActionId.Derive(record.Campaign, trial, step, ActionPlace.Carry, attempt), ImmutableSortedDictionary<string, Quantity>.Empty);
        record.Add(minute, new ActionIntended(action, trial, step, ActionPlace.Carry, "arm", "transfer", nothing, RecordMaker.At(minute + 60), At: 11));
        record.Add(minute, new ActionEnded(action, trial, step, ActionPlace.Carry, new ResultFrame(action, status, cause, "halted", true, nothing, [], RecordMaker.At(minute), RecordMaker.At(minute), 1), repetition));
    }
}
