using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Records;

/// <summary>What was made from what, where it has been and where it is.</summary>
public sealed class SampleHistoryTests
{
    private static readonly LabStations Room = LabStations.OnePlace with { Locations = [new PlacedLocation("doser", [1]), new PlacedLocation("furnace", [21, 22]), new PlacedLocation("bin", [99], IsOutlet: true)] };

    [Fact]
    public void Doses_come_from_the_lots_that_were_there_first()
    {
        var record = Declared(1).Proposed(1, 1).Did(1, 2, 1, "dose", "pump-cyan", "dispense", draws: ("cyan", 0.75))
            .Add(3, new ConsumableRefilled("cyan", Quantity.Of(2, "mL"), "Ada")).Proposed(4, 2).Did(4, 5, 2, "dose", "pump-cyan", "dispense", draws: ("cyan", 0.75), told: 0.5);

        Parents(record, 1).Should().Equal("0.75 mL of cyan#1 (there when the lab's file said so)");
        Parents(record, 2).Should().Equal("0.25 mL of cyan#1 (there when the lab's file said so)", "0.25 mL of cyan#2 (refilled by Ada)");
    }

    [Fact]
    public void What_a_person_counted_less_went_from_the_oldest_and_what_was_found_beside_is_a_lot()
    {
        var record = Declared(1).Add(1, new ConsumableRefilled("cyan", Quantity.Of(1, "mL"), "Ada")).Add(2, new ConsumableCounted("cyan", Quantity.Of(0.5, "mL"), "Bo")).Add(3, new ConsumableCounted("cyan", Quantity.Of(1, "mL"), "Bo"))
            .Proposed(4, 1).Did(4, 5, 1, "dose", "pump-cyan", "dispense", draws: ("cyan", 0.75));

        Parents(record, 1).Should().Equal("0.5 mL of cyan#2 (refilled by Ada)", "0.25 mL of cyan#3 (counted by Bo)");
    }

    [Fact]
    public void What_no_lot_had_is_told_as_that() =>
        Parents(Declared(0.5).Proposed(1, 1).Did(1, 2, 1, "dose", "pump-cyan", "dispense", draws: ("cyan", 0.75)), 1).Should().Equal("0.5 mL of cyan#1 (there when the lab's file said so)", "0.25 mL of cyan#? (no lot on record)");

    [Fact]
    public void A_sample_that_is_carried_has_been_at_each_position_and_has_left_at_an_outlet()
    {
        var record = new RecordMaker().Proposed(0, 1).Did(1, 2, 1, "dose", "doser", "dose", at: 1).Did(3, 4, 1, "heat", "arm", "transfer", ActionPlace.Carry, at: 21).Did(4, 64, 1, "heat", "furnace", "heat", at: 21);

        var inside = History(record, 1, Room);
        var outside = History(record.Did(65, 66, 1, "drain", "arm", "transfer", ActionPlace.Carry, at: 99), 1, Room);

        inside.Now.Should().Be("furnace, position 21");
        outside.Places.Select(place => $"{place.Where} {Minutes(place.From)}-{(place.Until is { } until ? Minutes(until) : "")} {place.By}").Should().Equal("doser, position 1 1-3 ", "furnace, position 21 4-65 arm", "bin, position 99 66- arm");
        outside.Now.Should().Be("it has left the lab at bin, position 99");
        outside.Steps.Select(step => step.Command).Should().Equal(["dose", "heat"], "carrying is told by the places");
        History(record, 1, LabStations.OnePlace).Places[1].Where.Should().Be("position 21", "a lab that is unknown has numbers");
    }

    [Fact]
    public void On_its_way_and_lost_are_told_as_such()
    {
        var dosed = new RecordMaker().Proposed(0, 1).Did(1, 2, 1, "dose", "doser", "dose", at: 1);
        History(dosed.Begun(3, 1, "heat", "arm", "transfer", ActionPlace.Carry, at: 21), 1, Room).Now.Should().Be("on its way to furnace, position 21, carried by arm");

        var lost = new RecordMaker().Proposed(0, 1).Did(1, 2, 1, "dose", "doser", "dose", at: 1).Did(3, 4, 1, "heat", "arm", "transfer", ActionPlace.Carry, at: 21, status: ActionStatus.UnknownOutcome);
        History(lost, 1, Room).Now.Should().Be("nobody knows: arm may or may not have carried it to furnace, position 21");
    }

    [Fact]
    public void In_a_lab_of_stations_it_stands_at_its_own_until_it_is_cleaned_away()
    {
        var record = new RecordMaker().Proposed(0, 1, "left").Did(1, 2, 1, "dose", "pump-cyan-left", "dispense");

        History(record, 1, LabStations.OnePlace).Now.Should().Be("station left");
        History(record.Did(3, 4, 1, "drain", "pump-waste-left", "withdraw").Measured(5, 1), 1, LabStations.OnePlace).Now.Should().Be("gone: cleaned away by 'drain'");
        History(new RecordMaker().Proposed(0, 1), 1, LabStations.OnePlace).Now.Should().Be("there is none yet");
    }

    [Fact]
    public void Each_attempt_is_told_with_what_it_drew_and_not_the_last_alone()
    {
        var record = Declared(5).Proposed(0, 1).Did(1, 2, 1, "dose", "pump-cyan", "dispense", draws: ("cyan", 0.75), told: 0.25, status: ActionStatus.Failed)
            .Did(3, 4, 1, "dose", "pump-magenta", "dispense", draws: ("cyan", 0.75), attempt: 2);

        History(record, 1, LabStations.OnePlace).Steps.Select(step => (step.Attempt, step.Instrument, step.Status, step.Drawn.Single().Amount.Value)).Should().Equal(
            (1, "pump-cyan", ActionStatus.Failed, 0.25), (2, "pump-magenta", ActionStatus.Succeeded, 0.75));
        Parents(record, 1).Should().Equal("1 mL of cyan#1 (there when the lab's file said so)");
    }

    [Fact]
    public void What_was_done_to_several_samples_at_once_names_the_others_and_is_each_one_s_to_an_equal_part()
    {
        var one = Declared(5).Proposed(0, 1).Proposed(0, 2);
        var other = new RecordMaker("other-1", 0, one).Proposed(0, 1);
        var shared = ActionId.Derive("match-1", 1, "heat", 0, 1);
        foreach (var (record, trial, draws) in new[] { (one, 1, ("cyan", 0.75)), (one, 2, ((string, double)?)null), (other, 1, null) }) record.Did(1, 2, trial, "heat", "furnace", "heat", draws: draws, id: shared);

        SampleHistory.Of(other.State, other.State.Trials[0], Lots.Of(other.Entries), SampleActions.Of(other.Entries), LabStations.OnePlace).Steps.Single().SharedWith.Should().Equal("match-1/1", "match-1/2");
        History(one, 2, LabStations.OnePlace).Steps.Single().SharedWith.Should().Equal("match-1/1", "other-1/1");
        Parents(one, 1).Should().Equal("0.25 mL of cyan#1 (there when the lab's file said so)").And.Equal(Parents(one, 2));
    }

    private static RecordMaker Declared(double onHand) => new RecordMaker().Add(0, new ConsumableDeclared("cyan", Quantity.Of(onHand, "mL"), Quantity.Of(10, "mL"), Quantity.Of(0, "mL")));

    private static string[] Parents(RecordMaker record, int trial) => [.. History(record, trial, LabStations.OnePlace).Parents.Select(portion => FormattableString.Invariant($"{portion.Amount.Value:0.####} {portion.Amount.Unit} of {portion.Lot.Id} ({portion.Lot.Origin})"))];

    private static SampleHistory History(RecordMaker record, int trial, LabStations lab) => SampleHistory.Of(record.State, record.State.Trials[trial - 1], Lots.Of(record.Entries), SampleActions.Of(record.Entries), lab);

    private static string Minutes(DateTimeOffset at) => FormattableString.Invariant($"{(at - RecordMaker.Start).TotalMinutes:0.##}");
}
