using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Hosting;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Consumables;

/// <summary>What is there, by the record alone.</summary>
public sealed class StockBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly ConsumableDeclared Cyan = new("cyan", Millilitres(50), Millilitres(100), Millilitres(10));

    [Fact]
    public void What_was_declared_and_refilled_is_there_less_what_was_drawn()
    {
        var book = Of(Cyan, Dose(1, 2), Ended(1, ActionStatus.Succeeded, told: 1.5), new ConsumableRefilled("cyan", Quantity.Of(0.02, "L"), "ada"));

        book.OnHand("cyan").Should().BeApproximately(68.5, 1e-9);
    }

    [Theory]
    [InlineData(ActionStatus.Succeeded, CauseCode.Success, null, 2)]
    [InlineData(ActionStatus.Succeeded, CauseCode.Success, 1.9, 1.9)]
    [InlineData(ActionStatus.Failed, CauseCode.HardwareFault, 0.4, 0.4)]
    [InlineData(ActionStatus.Failed, CauseCode.HardwareFault, null, 2)]
    [InlineData(ActionStatus.Failed, CauseCode.OutOfRange, null, 0)]
    [InlineData(ActionStatus.Failed, CauseCode.InvalidCommand, null, 0)]
    [InlineData(ActionStatus.Expired, CauseCode.Success, null, 0)]
    [InlineData(ActionStatus.Cancelled, CauseCode.Success, 0.0, 0)]
    [InlineData(ActionStatus.UnknownOutcome, CauseCode.LinkLost, 0.1, 2)]
    public void An_end_says_what_was_drawn_and_where_it_does_not_the_safe_side_counts(ActionStatus status, CauseCode cause, double? told, double drawn) =>
        Of(Cyan, Dose(1, 2), Ended(1, status, cause, told)).OnHand("cyan").Should().BeApproximately(50 - drawn, 1e-9);

    [Theory]
    [InlineData(Repetition.DidNothing, ActionStatus.Failed, 50)]
    [InlineData(Repetition.DidNothing, ActionStatus.Cancelled, 50)]
    [InlineData(Repetition.DidNothing, ActionStatus.UnknownOutcome, 48)]
    [InlineData(Repetition.TwiceIsOnce, ActionStatus.Failed, 48)]
    [InlineData(null, ActionStatus.Failed, 48)]
    public void What_certainly_did_nothing_has_drawn_nothing(Repetition? repetition, ActionStatus status, double left) =>
        Of(Cyan, Dose(1, 2), Ended(1, status, CauseCode.HardwareFault) with { Repetition = repetition }).OnHand("cyan").Should().Be(left);

    [Fact]
    public void What_is_under_way_counts_as_drawn_and_an_end_that_is_found_out_later_counts_in_its_place()
    {
        Of(Cyan, Dose(1, 2)).OnHand("cyan").Should().Be(48);
        Of(Cyan, Dose(1, 2), Dose(1, 2)).OnHand("cyan").Should().Be(48, "an intent that is read twice is one");

        Of(Cyan, Dose(1, 2), Ended(1, ActionStatus.UnknownOutcome), Ended(1, ActionStatus.Failed, CauseCode.HardwareFault, told: 0)).OnHand("cyan").Should().Be(50);
    }

    [Fact]
    public void A_count_says_what_is_there_whatever_was_thought_before_but_for_what_is_being_drawn()
    {
        var book = Of(Cyan, Dose(1, 2), Ended(1, ActionStatus.Succeeded), Dose(2, 3), new ConsumableCounted("cyan", Millilitres(20), "ada"));

        book.OnHand("cyan").Should().Be(17);
    }

    [Fact]
    public void A_count_puts_right_what_an_unknown_outcome_may_have_drawn_whatever_is_found_out_later()
    {
        var counted = Of(Cyan, Dose(1, 2), Ended(1, ActionStatus.UnknownOutcome), new ConsumableCounted("cyan", Millilitres(20), "ada"));

        counted.OnHand("cyan").Should().Be(20);
        counted.Counted.Keys.Should().Equal(Dose(1, 2).Action);
        foreach (var later in new LabEvent[] { Ended(1, ActionStatus.Failed, told: 0), Ended(1, ActionStatus.Succeeded), new OutcomeGivenUp(Dose(1, 2).Action, "ada", "it is gone") })
        {
            var settled = counted.Apply("c-1", later);
            settled.OnHand("cyan").Should().Be(20, later.ToString());
            settled.Counted.Should().BeEmpty();
            settled.Apply(Ledger.OfTheLab, new ConsumableCounted("cyan", Millilitres(30), "ada")).OnHand("cyan").Should().Be(30);
        }
    }

    [Fact]
    public void What_was_given_up_stays_drawn_and_no_later_end_says_otherwise()
    {
        var given = Of(Cyan, Dose(1, 2), Ended(1, ActionStatus.UnknownOutcome)).Apply("c-1", new OutcomeGivenUp(Dose(1, 2).Action, "ada", "it is gone"));

        given.OnHand("cyan").Should().Be(48);
        given.Apply("c-1", Ended(1, ActionStatus.Failed, told: 0)).OnHand("cyan").Should().Be(48);
    }

    [Fact]
    public void Whoever_counts_is_told_what_there_is_after_and_what_is_being_drawn() =>
        Of(Cyan, Dose(1, 2)).Take("cyan", Millilitres(20), "ada", isCount: true).Words.Should().Be("cyan: 18 mL are there now, beside 2 mL that are being drawn");

    [Fact]
    public void The_simulated_person_brings_no_more_than_there_is_room_for_when_it_comes()
    {
        var request = new RefillRequested("cyan", Millilitres(52), true, "trial 3 waits");
        var (less, full) = (Of(Cyan, Dose(1, 2), request, Ended(1, ActionStatus.Succeeded, told: 1)), Of(Cyan, request, new ConsumableDeclared("cyan", Millilitres(100), Millilitres(100), Millilitres(10))).Apply(Ledger.OfTheLab, request));

        SimulatedRefills.Brings(less, request).Should().Be((Millilitres(51), false));
        SimulatedRefills.Brings(Of(Cyan, Dose(1, 2), request), request).Should().Be((Millilitres(52), false));
        SimulatedRefills.Brings(full, request).Should().Be((Millilitres(100), true), "what is full already is no reason to come again and again");
        foreach (var book in new[] { less, full })
        {
            var (amount, isCount) = SimulatedRefills.Brings(book, request);
            book.Apply(Ledger.OfTheLab, book.Take("cyan", amount, "person", isCount).Event!).Requests.Should().BeEmpty();
        }
    }

    [Fact]
    public void A_refill_that_is_over_by_what_devices_cannot_tell_fills_to_the_brim()
    {
        var (happened, words) = Of(Cyan).Take("cyan", Millilitres(50.4), "ada", isCount: false);

        happened.Should().Be(new ConsumableRefilled("cyan", Millilitres(50), "ada"));
        words.Should().Be("cyan: 100 mL are there now");
    }

    [Fact]
    public void Campaigns_that_do_not_run_have_left_the_rest_for_those_that_do()
    {
        var book = Of(Cyan).Apply("old-1", Dose(1, 2)).Apply("new-1", Dose(2, 5));

        book.LeftFor(["new-1"])["cyan"].Should().Be(48);
    }

    [Fact]
    public void Another_number_in_the_lab_s_file_is_a_count_and_another_capacity_is_none()
    {
        var drawn = Of(Cyan, Dose(1, 2), Ended(1, ActionStatus.Succeeded));
        var consumable = new Consumable("cyan", Unit.Parse("mL"), 50, 100, 10, []);

        drawn.ToDeclare([consumable]).Should().BeEmpty();
        drawn.ToDeclare([consumable with { Capacity = 80 }]).Aggregate(drawn, (book, one) => book.Apply(Ledger.OfTheLab, one)).OnHand("cyan").Should().Be(48);
        drawn.ToDeclare([consumable with { OnHand = 70 }]).Aggregate(drawn, (book, one) => book.Apply(Ledger.OfTheLab, one)).OnHand("cyan").Should().Be(70);
    }

    [Theory]
    [InlineData("cyan", 50, "mL", false, null)]
    [InlineData("cyan", 0.05, "L", false, null)]
    [InlineData("cyan", 51, "mL", false, "there is room for 100 mL of cyan; 50 mL are there by the record*--counted*")]
    [InlineData("cyan", 0, "mL", false, "a refill of cyan is above zero, not 0 mL")]
    [InlineData("cyan", -1, "mL", true, "a refill of cyan is above zero, not -1 mL")]
    [InlineData("cyan", 0, "mL", true, null)]
    [InlineData("cyan", 5, "g", false, "cyan is counted in mL, and not in g")]
    [InlineData("cyam", 5, "mL", false, "the lab has no consumable 'cyam'; it has cyan")]
    public void What_a_person_says_is_taken_or_answered(string name, double amount, string unit, bool isCount, string? refused)
    {
        var (happened, words) = Of(Cyan).Take(name, Quantity.Of(amount, unit), "ada", isCount);

        if (refused is null) happened.Should().NotBeNull(words);
        else words.Should().Match(refused);
        (happened is null).Should().Be(refused is not null);
    }

    [Fact]
    public void What_is_said_of_stock_and_queue_is_read_back_as_it_was_with_and_without_what_may_be_left_out()
    {
        LabEvent[] all =
        [
            Cyan, new ConsumableRefilled("cyan", Millilitres(1), "ada"), new ConsumableCounted("cyan", Millilitres(1), "ada"), new RefillRequested("cyan", Millilitres(1), false, "low"), new RefillRequested("cyan", Millilitres(1), true, "waits", Now),
            new TrialWaits(3, "cyan", "out of cyan"), new QueueChanged("ada", "operator", ""), new QueueChanged("ada", "operator", "why", 3, true, 4, 5, 6), new QueueRefused("eve", "operator", "hold", "c-1", "not she"),
        ];

        foreach (var one in all) LabEvents.Read(LabEvents.ManifestOf(one), LabEvents.Write(one)).Should().Be(one);
        ((ActionIntended)LabEvents.Read("action-intended/1", LabEvents.Write(Dose(1, 2)))).Draws!.Value.Should().Equal(Dose(1, 2).Draws!.Value);
        LabEvents.Write(Dose(1, 2) with { Draws = null }).Should().NotContain("draws", "a lab that counts nothing has the record that it had before");
    }

    [Fact]
    public void A_request_stands_until_somebody_refills_or_counts()
    {
        var asked = Of(Cyan, new RefillRequested("cyan", Millilitres(60), true, "trial 3 waits"));

        asked.Requests.Should().ContainKey("cyan");
        asked.Apply(Ledger.OfTheLab, new ConsumableRefilled("cyan", Millilitres(10), "ada")).Requests.Should().BeEmpty();
        asked.Apply(Ledger.OfTheLab, new ConsumableCounted("cyan", Millilitres(10), "ada")).Requests.Should().BeEmpty();
    }

    [Fact]
    public void Another_amount_in_the_lab_s_file_closes_a_request_and_another_capacity_does_not()
    {
        var asked = Of(Cyan, new RefillRequested("cyan", Millilitres(60), true, "trial 3 waits"));

        asked.Apply(Ledger.OfTheLab, Cyan with { OnHand = Millilitres(90) }).Requests.Should().BeEmpty();
        asked.Apply(Ledger.OfTheLab, Cyan with { Capacity = Millilitres(120) }).Requests.Should().ContainKey("cyan");
    }

    [Fact]
    public void A_person_is_asked_again_when_the_trial_that_waited_does_no_longer_and_another_does()
    {
        var watch = new RefillWatch([new Consumable("cyan", Unit.Parse("mL"), 50, 100, 10, [])]);
        string[] Asked(params int[] waiting) => [.. watch.Wanted(Amounts.None.Plus("cyan", 1), [.. waiting.Select(trial => new ShortTrial("a", trial, "cyan", 2, 1))], Now).Select(request => request.Reason[..7])];

        Asked(3).Should().Equal("trial 3");
        Asked(3, 4).Should().BeEmpty();
        Asked(2, 3).Should().BeEmpty("it waits still, though not first");
        Asked(4).Should().Equal("trial 4");
        Asked().Should().BeEmpty();
    }

    [Fact]
    public void Nobody_is_asked_to_fill_what_is_full_and_somebody_is_as_soon_as_it_is_not()
    {
        var watch = new RefillWatch([new Consumable("water", Unit.Parse("mL"), 3, 3, 1, [])]);
        string[] Asked(double left) => [.. watch.Wanted(Amounts.None.Plus("water", left), [new ShortTrial("a", 1, "water", 1.8, 1.2)], Now).Select(request => $"{request.Amount}")];

        Asked(3).Should().BeEmpty("what others have reserved is still in it");
        Asked(0.75).Should().Equal("2.25 mL");
        Asked(0.75).Should().BeEmpty("it was asked for");
    }

    internal static ActionIntended Dose(int trial, double volume, string consumable = "cyan") => new(
        ActionId.Derive("c", trial, "dose", 0, 1), trial, "dose", 0, "pump", "dispense", ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Millilitres(volume)), Now,
        Draws: [new Drawing(consumable, "volume", Millilitres(volume))]);

    internal static ActionEnded Ended(int trial, ActionStatus status, CauseCode cause = CauseCode.Success, double? told = null)
    {
        var outputs = ImmutableSortedDictionary<string, Quantity>.Empty;
        var result = new ResultFrame(ActionId.Derive("c", trial, "dose", 0, 1), status, cause, "", true, told is { } volume ? outputs.Add("volume", Millilitres(volume)) : outputs, [], Now, Now, 1);
        return new ActionEnded(result.Action, trial, "dose", 0, result);
    }

    private static StockBook Of(params LabEvent[] events) => events.Aggregate(StockBook.Empty, (book, one) => book.Apply(one is ActionIntended or ActionEnded ? "c-1" : Ledger.OfTheLab, one));

    private static Quantity Millilitres(double value) => Quantity.Of(value, "mL");
}
