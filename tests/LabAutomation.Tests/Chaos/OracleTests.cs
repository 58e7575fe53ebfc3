using System.Collections.Immutable;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Protocol;
using DeviceEffect = LabAutomation.Simulators.Worlds.Effect;

namespace LabAutomation.Tests.Chaos;

/// <summary>That each promise is seen to be broken where it is.</summary>
public sealed class OracleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly ActionIntended First = Dose(1, 0.5);
    private static readonly ActionIntended Second = Dose(2, 0.7);

    [Fact]
    public void What_was_asked_for_once_and_done_once_is_right() =>
        OnceOracle.Judge(Evidence([First, Done(First), Second, Done(Second)], [0.5, 0.7])).Should().BeEmpty();

    [Fact]
    public void A_dose_that_failed_may_have_had_its_effect_or_not()
    {
        OnceOracle.Judge(Evidence([First, Ended(First, ActionStatus.Failed), Second, Done(Second)], [0.5, 0.7])).Should().BeEmpty();
        OnceOracle.Judge(Evidence([First, Ended(First, ActionStatus.Failed), Second, Done(Second)], [0.7])).Should().BeEmpty();
    }

    [Fact]
    public void A_failed_dose_is_no_excuse_for_a_later_one_of_the_same_volume()
    {
        var again = Dose(2, 0.5);

        OnceOracle.Judge(Evidence([First, Ended(First, ActionStatus.Failed), again, Done(again)], [0.5])).Should().BeEmpty("the failed one had none");
        OnceOracle.Judge(Evidence([First, Done(First), again, Done(again)], [0.5])).Should().ContainSingle().Which.Message.Should().Contain("has left no effect");
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.5, 0.7 }, "asked for once and done again")]
    [InlineData(new[] { 0.5, 0.7, 0.7 }, "asked for once and done again")]
    [InlineData(new[] { 0.5, 0.7, 0.5 }, "asked for once and done again")]
    [InlineData(new[] { 0.5, 0.6, 0.7 }, "did what nobody asked for: dispense of 0.6 mL")]
    [InlineData(new[] { 0.7 }, "is on record as done and has left no effect")]
    [InlineData(new[] { 0.5 }, "is on record as done and has left no effect")]
    [InlineData(new double[] { }, "is on record as done and has left no effect")]
    public void Too_much_and_too_little_is_seen(double[] effects, string said) =>
        OnceOracle.Judge(Evidence([First, Done(First), Second, Done(Second)], effects)).Should().ContainSingle().Which.Message.Should().Contain(said);

    [Fact]
    public void What_was_done_and_never_asked_for_is_seen() =>
        OnceOracle.Judge(Evidence([], [0.5])).Should().ContainSingle().Which.Message.Should().Contain("pump did what nobody asked for: dispense of 0.5 mL");

    [Fact]
    public void A_failed_trial_of_which_the_planner_was_not_told_in_time_is_seen()
    {
        LabEvent[] record = [Proposed(1), new TrialFailed(1, CauseCode.HardwareFault, "broken"), Proposed(2), new TrialFailed(2, CauseCode.HardwareFault, "broken")];

        ToldOracle.Judge(Evidence([.. record, Proposed(3, told: 1)], [])).Should().BeEmpty("it may have been asked before the second had failed");
        ToldOracle.Judge(Evidence([.. record, Proposed(3, told: 2)], [])).Should().BeEmpty();
        ToldOracle.Judge(Evidence([.. record, Proposed(3)], [])).Should().ContainSingle().Which.Message.Should().Contain("knew of 0 failed trials of c when it proposed trial 3").And.Contain("there were 1 to 2");
        ToldOracle.Judge(Evidence([.. record, Proposed(3, told: 3)], [])).Should().ContainSingle();
    }

    [Fact]
    public void A_trial_that_is_kept_from_the_planner_though_nobody_ended_it_is_seen()
    {
        ToldOracle.Judge(Evidence([Proposed(1), new TrialAbandoned(1, "why not")], [])).Should().ContainSingle().Which.Message.Should().Contain("no person had ended it: why not");
        ToldOracle.Judge(Evidence([Proposed(1), new AbortRequested("enough"), new TrialAbandoned(1, "aborted")], [])).Should().BeEmpty();
        ToldOracle.Judge(Evidence([Proposed(1), new SampleTaken(1, "arm", "ada", "it hung"), new TrialAbandoned(1, "lost")], [])).Should().BeEmpty();
        LabEvent[] failures = [.. Enumerable.Range(1, 5).SelectMany(k => new LabEvent[] { Proposed(k, told: Math.Max(0, k - 1)), new TrialFailed(k, CauseCode.HardwareFault, "broken") })];
        ToldOracle.Judge(Evidence([.. failures, Proposed(6, told: 5), new TrialAbandoned(6, "5 trials in a row failed")], [])).Should().BeEmpty("no more were to begin");
        ToldOracle.Judge(Evidence([.. failures[..^2], Proposed(5, told: 4), new TrialAbandoned(5, "4 trials in a row failed")], [])).Should().ContainSingle();
        ToldOracle.Judge(Evidence([Proposed(1), First, new OutcomeGivenUp(First.Action, "ada", "gone"), new TrialAbandoned(1, "given up")], [])).Should().BeEmpty();
        ToldOracle.Judge(Evidence([Proposed(1), Proposed(2), First, First with { Trial = 2 }, new OutcomeGivenUp(First.Action, "ada", "gone"), new TrialAbandoned(1, "given up"), new TrialAbandoned(2, "given up")], [])).Should().BeEmpty("one action has served both");
    }

    [Fact]
    public void A_transfer_draws_and_pushes_and_a_pump_that_does_both_is_judged_by_each()
    {
        var transfer = First with { Command = "transfer" };
        var draw = Second with { Command = "withdraw" };
        DeviceEffect Effect(int number, string kind, double amount) => new(number, Start, "pump", kind, amount);

        OnceOracle.Judge(Evidence([transfer, Done(transfer)], []) with { Effects = [Effect(1, "aspirate", 0.5), Effect(2, "dispense", 0.5)] }).Should().BeEmpty();
        OnceOracle.Judge(Evidence([transfer, Done(transfer)], []) with { Effects = [Effect(1, "aspirate", 0.5), Effect(2, "dispense", 0.5), Effect(3, "dispense", 0.5)] }).Should().ContainSingle();
        OnceOracle.Judge(Evidence([First, Done(First), draw, Done(draw)], []) with { Effects = [Effect(1, "dispense", 0.5), Effect(2, "drain", 0.7)] }).Should().BeEmpty();
        OnceOracle.Judge(Evidence([First, Done(First), draw, Done(draw)], []) with { Effects = [Effect(1, "dispense", 0.5)] }).Should().ContainSingle().Which.Message.Should().Contain("has left no effect");
    }

    [Theory]
    [InlineData("dose", "mass", "mg", "", "dose", 500, "dose of 500 mg")]
    [InlineData("heat", "temperature", "°C", "duration", "heat", 850, "heat of 850 °C")]
    [InlineData("transfer", "from", "1", "to", "pick", 21, "pick of 21 at")]
    [InlineData("put", "to", "1", "", "put", 21, "put of 21 at")]
    [InlineData("stir", "speed", "rpm", "duration", "stir", 600, "stir of 600 rpm")]
    [InlineData("expose", "frames", "1", "", "frames", 16, "frames of 16 at")]
    public void Powder_heat_crucibles_stirring_and_exposures_are_counted_too(string command, string parameter, string unit, string beside, string kind, double amount, string said)
    {
        string[] parameters = beside.Length == 0 ? [parameter] : [parameter, beside];
        var birth = Pump with { Instrument = "solid", Commands = [new CommandDescription(command, "Does", Effect.Consume, [.. parameters.Select(name => new ParameterDescription(name, "How", Unit.Parse(unit), 1, 2000))], [], 2)] };
        var intent = First with { Instrument = "solid", Command = command, Arguments = parameters.ToImmutableSortedDictionary(name => name, name => Quantity.Of(amount, unit)) };
        Evidence Of(int effects)
        {
            var evidence = Evidence([intent, Done(intent)], []) with { Effects = [.. Enumerable.Range(1, effects).Select(k => new DeviceEffect(k, Start, "solid", kind, amount))] };
            evidence.Bus.Hear(BusMessage.Retained(Topics.Of("site", "solid").Birth, birth));
            return evidence;
        }

        OnceOracle.Judge(Of(1)).Should().BeEmpty();
        OnceOracle.Judge(Of(2)).Should().ContainSingle().Which.Message.Should().Contain("asked for once and done again").And.Contain(said);
        OnceOracle.Judge(Of(0)).Should().ContainSingle().Which.Message.Should().Contain("has left no effect");
    }

    [Fact]
    public void States_off_the_graph_are_seen()
    {
        StateOracle.Judge(Heard((1, 1, UnitState.Stopped), (1, 2, UnitState.Idle), (1, 3, UnitState.Starting), (1, 4, UnitState.Aborting))).Should().BeEmpty();
        StateOracle.Judge(Heard((1, 1, UnitState.Stopped), (1, 2, UnitState.Execute))).Should().ContainSingle().Which.Message.Should().Contain("from Stopped to Execute");
        StateOracle.Judge(Heard((1, 1, UnitState.Aborted), (1, 2, UnitState.Idle))).Should().ContainSingle();
    }

    [Fact]
    public void A_forgotten_epoch_and_a_zombie_are_seen()
    {
        StateOracle.Judge(Heard((1, 1, UnitState.Stopped), (1, 2, UnitState.Idle), (2, 1, UnitState.Stopped))).Should().BeEmpty();
        StateOracle.Judge(Heard((1, 1, UnitState.Stopped), (1, 2, UnitState.Idle), (1, 1, UnitState.Stopped))).Should().ContainSingle().Which.Message.Should().Contain("forgotten its epoch");
        StateOracle.Judge(Heard((2, 1, UnitState.Stopped), (1, 2, UnitState.Idle))).Should().ContainSingle().Which.Message.Should().Contain("still talks");
    }

    [Fact]
    public void What_the_record_contradicts_is_seen()
    {
        Record(First, Done(First), Second, Done(Second)).Should().BeEmpty();
        Record(First, First).Should().Contain(violation => violation.Message.Contains("intended for the second time"));
        Record(Done(First)).Should().Contain(violation => violation.Message.Contains("nobody had asked for it"));
        Record(First, Done(First), Done(First)).Should().Contain(violation => violation.Message.Contains("has ended in entry 2 and again in entry 3"));
        Record(First, Ended(First, ActionStatus.UnknownOutcome), First with { Action = ActionId.Derive("c", 1, "dose", 0, 2) }).Should().ContainSingle().Which.Message.Should().Contain("is UnknownOutcome");
        var again = First with { Action = ActionId.Derive("c", 1, "dose", 0, 2) };
        Record(First, Ended(First, ActionStatus.Failed), again, Done(again)).Should().ContainSingle().Which.Message.Should().Contain("is Failed", "it may have done something");
        Record(First, Ended(First, ActionStatus.Failed) with { Repetition = Repetition.DidNothing }, again, Done(again)).Should().BeEmpty();
        Record(First, Ended(First, ActionStatus.Failed), new CampaignResumed("looked"), again, Done(again)).Should().BeEmpty();
        ActionIntended Carry(int from, int to) => new(ActionId.Derive("c", 1, "heat", -1, to), 1, "heat", ActionPlace.Carry, "arm", "transfer", ImmutableSortedDictionary<string, Quantity>.Empty.Add("from", new Quantity(from, Unit.One)).Add("to", new Quantity(to, Unit.One)), Start.AddHours(1), to);
        Record(Carry(1, 2), Done(Carry(1, 2)), Carry(2, 3), Done(Carry(2, 3))).Should().BeEmpty("another instrument takes its place");
        Record(Carry(1, 2), Done(Carry(1, 2)), Carry(1, 3), Done(Carry(1, 3))).Should().ContainSingle("it does not stand there any more");
        Record(First, new TrialFailed(1, CauseCode.HardwareFault, "")).Should().ContainSingle().Which.Message.Should().Contain("is under way");
        RecordOracle.Judge(Evidence([First], []) with { Journal = [new JournalRow(First.Action, "pump", true, ActionStatus.Succeeded)] }).Should().ContainSingle().Which.Message.Should().Contain("it is lost");
    }

    [Fact]
    public void A_broken_chain_and_what_is_left_open_at_the_end_are_seen()
    {
        RecordOracle.Judge(Evidence([], []) with { Verdict = new LedgerVerdict(3, "", "entry 2 was changed") }).Should().ContainSingle().Which.Should().Be(new Violation("record", "entry 2 was changed"));

        var ended = Ends(Evidence([First], []));
        RecordOracle.Judge(ended).Select(violation => violation.Message).Should().Equal(
            "the campaign has ended and trial 1 has not", $"the campaign has ended and nothing is known of action {First.Action} ('dispense' of pump, trial 1)");
        RecordOracle.Judge(Ends(Evidence([First, new OutcomeGivenUp(First.Action, "ada", "gone")], []), new TrialOutcome.Failed(CauseCode.HardwareFault, "gone"))).Should().BeEmpty();
    }

    [Fact]
    public void A_trial_outside_of_the_space_is_seen()
    {
        EnvelopeOracle.Judge(Evidence([], []) with { States = [WithTrial(Inside, null)] }).Should().BeEmpty();
        EnvelopeOracle.Judge(Evidence([], []) with { States = [WithTrial(Outside, null)] }).Should().ContainSingle().Which.Should().Be(new Violation("envelope", "trial 1 is outside of the space that c allows"));
    }

    [Fact]
    public void Two_at_once_are_seen_on_one_instrument_only()
    {
        var other = Second with { Instrument = "other" };

        EnvelopeOracle.Judge(Evidence([First, Done(First), other, Done(other, startsAfter: 6)], [])).Should().BeEmpty();
        EnvelopeOracle.Judge(Evidence([First, Done(First), Second, Done(Second, startsAfter: 6)], [])).Should().ContainSingle().Which.Oracle.Should().Be("exclusive");
    }

    [Fact]
    public void A_measurement_on_record_that_its_data_do_not_give_is_seen()
    {
        ResultsOf(1.0, Measured(1.0)).Should().BeEmpty();
        ResultsOf(1.0, Measured(3.0)).Should().ContainSingle().Which.Message.Should().Be("trial 1 of c: colour_difference = 3 is on record, and its data give 1");
        ResultsOf(1.0, Measured(1.0) with { Objective = 2 }).Should().ContainSingle().Which.Message.Should().Contain("its objective is on record as 2");
        ResultsOf(null, Measured(1.0)).Should().ContainSingle().Which.Message.Should().Contain("its data cannot be analysed: there is no spectrum");
    }

    [Fact]
    public void What_is_on_record_as_moved_and_has_not_flowed_is_seen()
    {
        IEnumerable<Violation> Of(params double[] flowed) => FlowOracle.Judge(Evidence([First, Moved(First, 0.5), Second, Moved(Second, 0.7), Dose(3, 0.4), Ended(Dose(3, 0.4), ActionStatus.Failed)], [])
            with { Effects = [.. flowed.Select((volume, k) => new DeviceEffect(k + 1, Start, "pump", "moved", volume))] });

        Of(0.5, 0.3, 0.4).Should().BeEmpty("it was stopped on the way");
        Of(0.5, 0.7, 0.2).Should().BeEmpty("what failed may have moved something");
        Of(0.5, 0.6).Should().ContainSingle().Which.Should().Be(new Violation("once", "pump is on record as having moved 1.2 mL, and 1.1 mL have moved"));
        Of().Should().ContainSingle();

        static ActionEnded Moved(ActionIntended intent, double volume)
        {
            var done = Done(intent);
            return done with { Result = done.Result with { Outputs = done.Result.Outputs.Add("volume", Quantity.Of(volume, "mL")) } };
        }
    }

    [Fact]
    public void A_result_on_record_that_is_not_the_drivers_is_seen()
    {
        var told = Done(First).Result with { Outputs = ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(0.5, "mL")), Data = [new DataReference("spectrum", "t", [], 3, new string('a', 64), 9)] };
        IEnumerable<string> Of(ResultFrame known) => ResultOracle.Judge(
            Evidence([First, Done(First) with { Result = known }], []) with { Journal = [new JournalRow(First.Action, "pump", true, ActionStatus.Succeeded) { Result = told }] }, (_, _) => throw new InvalidOperationException()).Select(violation => violation.Message);

        Of(told).Should().BeEmpty();
        Of(told with { Status = ActionStatus.Failed }).Should().ContainSingle().Which.Should().EndWith("gave the result Succeeded, and Failed is on record");
        Of(told with { Outputs = told.Outputs.SetItem("volume", Quantity.Of(0.6, "mL")) }).Should().ContainSingle().Which.Should().EndWith("gave volume = 0.5 mL, and 0.6 mL is on record");
        Of(told with { Outputs = ImmutableSortedDictionary<string, Quantity>.Empty }).Should().ContainSingle().Which.Should().EndWith("and nothing is on record");
        Of(told with { Data = [told.Data[0] with { Sha256 = new string('b', 64) }] }).Should().ContainSingle().Which.Should().Contain("data 'spectrum' (aaaaaaaa…), and other data");
    }

    [Fact]
    public void A_result_that_was_acknowledged_while_the_ledger_has_only_that_nobody_knew_is_seen()
    {
        LedgerEntry[] record = [Entry(1, First), Entry(2, Ended(First, ActionStatus.UnknownOutcome))];
        IEnumerable<string> Of(ActionStatus told, bool isHeard, params LedgerEntry[] more)
        {
            var bus = new BusRecord();
            bus.Hear(BusMessage.Of(Topics.Of("site", "pump").Result(First.Action), Ended(First, told).Result));
            bus.Hear(new BusMessage(Topics.Of("site", "pump").Acknowledge(First.Action), ReadOnlyMemory<byte>.Empty));
            return DurabilityOracle.Judge([.. record, .. more], [new JournalRow(First.Action, "pump", isHeard, told)], bus).Select(violation => violation.Message);
        }

        Of(ActionStatus.UnknownOutcome, isHeard: true).Should().BeEmpty();
        Of(ActionStatus.Succeeded, isHeard: false).Should().ContainSingle().Which.Should().Contain("the agents acknowledged");
        Of(ActionStatus.Succeeded, isHeard: true).Should().HaveCount(2).And.Contain(message => message.Contains("was told that the result"));
        Of(ActionStatus.Succeeded, isHeard: true, Entry(3, Done(First))).Should().BeEmpty();
    }

    [Fact]
    public void What_was_told_and_is_not_on_the_disk_is_seen()
    {
        var (rows, bus) = (new[] { new JournalRow(First.Action, "pump", false, null) }, new BusRecord());
        bus.Hear(BusMessage.Of("lab/1/clients/agents/reply/pump", new ReplyFrame(Second.Action, ActionStatus.Accepted, CauseCode.Success, "", Start)));
        bus.Hear(BusMessage.Of(Topics.Of("site", "pump").Result(First.Action), Done(First).Result));
        bus.Hear(new CommandMessage(Second.Action, "dispense", new CommandFrame(Second.Arguments, Start), "lab/1/clients/agents/reply/pump", "agents", null, null).ToBusMessage(Topics.Of("site", "pump"), 60));

        var said = DurabilityOracle.Judge([Entry(1, First)], rows, bus).Select(violation => violation.Message).ToArray();

        said.Should().HaveCount(3);
        said.Should().Contain(message => message.Contains("its intent is not on the ledger"));
        said.Should().Contain(message => message.Contains("its journal does not know of it"));
        said.Should().Contain(message => message.Contains("its journal does not have it"));
        DurabilityOracle.Judge([Entry(1, First)], [new JournalRow(First.Action, "pump", true, ActionStatus.Succeeded)], new BusRecord()).Should().ContainSingle().Which.Message.Should().Contain("is on the ledger, and it is not");

        var told = new BusRecord();
        told.Hear(new BusMessage(Topics.Of("site", "pump").Acknowledge(First.Action), ReadOnlyMemory<byte>.Empty));
        DurabilityOracle.Judge([Entry(1, First)], [], told).Should().ContainSingle().Which.Message.Should().Contain("the agents acknowledged");
        DurabilityOracle.Judge([Entry(1, First), Entry(2, Done(First))], [], told).Should().BeEmpty();
        DurabilityOracle.Judge([Entry(1, First), Entry(2, Ended(First, ActionStatus.UnknownOutcome))], [], told).Should().BeEmpty("nobody has told how it ended");
        DurabilityOracle.Judge([Entry(1, First), Entry(2, Second), Entry(3, Done(First))], [new JournalRow(First.Action, "pump", true, ActionStatus.Succeeded), new JournalRow(Second.Action, "pump", false, null)], bus).Should().BeEmpty();
    }

    [Fact]
    public void Beyond_the_envelope_and_two_things_at_once_are_seen()
    {
        Envelope([Dose(1, 9000)], []).Should().Contain(violation => violation.Message.Contains("outside of what it offers"));
        Envelope([], [new DeviceEffect(1, Start, "cuvette", "spill", 0.3)]).Should().ContainSingle().Which.Message.Should().Contain("0.3 mL were spilled");
        Envelope([First, Done(First), Second, Done(Second, startsAfter: 6)], []).Should().ContainSingle().Which.Oracle.Should().Be("exclusive");
        Envelope([First with { Deadline = Start.AddSeconds(-9) }, Done(First)], []).Should().ContainSingle().Which.Message.Should().Contain("after its deadline");
    }

    [Fact]
    public void An_instrument_that_is_given_to_two_at_once_is_seen()
    {
        Reserved(First, Done(First), Second, Done(Second)).Should().BeEmpty();
        Reserved(First, Second).Should().ContainSingle().Which.Message.Should().StartWith("pump is given action").And.Contain("of c/2) in entry 2 while it has action").And.Contain("trial 1");
        Reserved(First, Ended(First, ActionStatus.UnknownOutcome), Second).Should().BeEmpty("nobody waits for its end any more");
        Reserved(First, new OutcomeGivenUp(First.Action, "ada", "gone"), Second).Should().BeEmpty();
        Reserved(First, First with { Trial = 2 }, Done(First)).Should().BeEmpty("one action may serve several trials");
    }

    [Fact]
    public void A_position_that_is_given_to_two_samples_is_seen()
    {
        var (begin, other) = (First with { At = 1 }, Second with { At = 1 });
        ActionIntended Carry(int trial, int to) => new(ActionId.Derive("c", trial, "heat", -1, to), trial, "heat", ActionPlace.Carry, "arm", "transfer", ImmutableSortedDictionary<string, Quantity>.Empty, Start.AddHours(1), to);

        Reserved(begin, Done(begin), other, Done(other)).Should().ContainSingle().Which.Message.Should().Be("position 1 is given to c/2 in entry 3 while it is that of c/1");
        Reserved(begin, Done(begin), Carry(1, 2), other).Should().ContainSingle("it has not left yet");
        Reserved(begin, Done(begin), Carry(1, 2), Done(Carry(1, 2)), other).Should().BeEmpty();
        Reserved(begin, Done(begin), Carry(1, 2), Ended(Carry(1, 2), ActionStatus.UnknownOutcome), other).Should().ContainSingle("it may still stand there");
        Reserved(begin, Done(begin), Carry(1, 2), Ended(Carry(1, 2), ActionStatus.UnknownOutcome), Second with { At = 2 }).Should().ContainSingle("it may stand there already");
        Reserved(begin, Done(begin), Carry(1, 2), Ended(Carry(1, 2), ActionStatus.Failed), Second with { At = 2 }).Should().BeEmpty();
        Reserved(begin, Done(begin), new SampleTaken(1, "arm", "ada", "it hung there"), other).Should().BeEmpty();
        Reserved(begin, Done(begin), new TrialFailed(1, CauseCode.HardwareFault, ""), other).Should().BeEmpty();
        Reserved(begin, Done(begin), Carry(1, 99), Done(Carry(1, 99)), other, Done(other), Carry(2, 99)).Should().BeEmpty("an outlet never fills");
    }

    [Fact]
    public void A_trial_that_begins_though_its_campaign_is_held_suspended_or_at_rest_is_seen()
    {
        var hold = new QueueChanged("ada", "operator", "later", Hold: true);

        Held(hold, Dose(70, 1)).Should().ContainSingle().Which.Message.Should().Be("trial 70 of c begins in entry 70, and the campaign has been held since 2026-01-01 08:00:01Z");
        Held(hold, hold with { Hold = false }, Dose(70, 1)).Should().BeEmpty();
        Held(hold, Dose(3, 1)).Should().BeEmpty("it was about to begin");
        Held(Dose(1, 1), hold, Dose(70, 1) with { Trial = 1 }).Should().BeEmpty("it has begun before");
        Held(new CampaignSuspended("too warm"), Dose(70, 1)).Should().ContainSingle().Which.Message.Should().Contain("has been suspended since");
        Held(new CampaignSuspended("too warm"), new CampaignContinued("well"), Dose(70, 1)).Should().BeEmpty();
        Held(new CampaignPaused("enough"), Dose(70, 1)).Should().ContainSingle().Which.Message.Should().Contain("has been at rest since");
        Held(new CampaignPaused("enough"), new CampaignResumed("lab resume"), Dose(70, 1)).Should().BeEmpty();
        Held(new TrialAbandoned(70, "removed"), Dose(70, 1)).Should().ContainSingle().Which.Message.Should().Contain("and it has been removed");
        Held(new TrialAbandoned(1, "removed"), Dose(70, 1)).Should().BeEmpty();

        LabEvent[] failures = [.. Enumerable.Range(1, 5).SelectMany(k => new LabEvent[] { Proposed(k), new TrialFailed(k, CauseCode.HardwareFault, "broken") })];
        Held([.. failures, Dose(90, 1)]).Should().ContainSingle().Which.Message.Should().Contain("the campaign has been ended by failures since");
        Held([.. failures[..^1], Dose(90, 1)]).Should().BeEmpty("four are not five");
        Held([.. failures, Proposed(6), new TrialMeasured(6, ImmutableSortedDictionary<string, Quantity>.Empty, 50), Dose(90, 1)]).Should().BeEmpty("one that was under way was better");
        LabEvent[] worse = [.. Enumerable.Range(1, 3).SelectMany(k => new LabEvent[] { Proposed(k), new TrialMeasured(k, ImmutableSortedDictionary<string, Quantity>.Empty, 50 + k) })];
        Ending(new StopConditions(null, 99, null, Stalled: 2), [.. worse, Dose(90, 1)]).Should().ContainSingle().Which.Message.Should().Contain("ended for want of anything better since");
        Ending(new StopConditions(null, 99, null, Stalled: 3), [.. worse, Dose(90, 1)]).Should().BeEmpty();
        Ending(new StopConditions(null, 99, TimeSpan.FromSeconds(20)), Dose(90, 1)).Should().ContainSingle().Which.Message.Should().Contain("out of time since 2026-01-01 08:00:20Z");
        Ending(new StopConditions(null, 99, TimeSpan.FromSeconds(40)), Dose(90, 1)).Should().BeEmpty("it was about to begin");
        Ending(new StopConditions(null, 99, TimeSpan.FromSeconds(20)), new CampaignSuspended("too warm"), new CampaignContinued("well"), Dose(50, 1)).Should().BeEmpty();

        static IEnumerable<Violation> Held(params LabEvent[] events) => Ending(null, events);

        static IEnumerable<Violation> Ending(StopConditions? until, params LabEvent[] events)
        {
            var evidence = Evidence([], []);
            var plan = evidence.States[0].Plan;
            var state = evidence.States[0] with { Plan = plan with { Goal = plan.Goal with { Until = until ?? plan.Goal.Until } } };
            return HeldOracle.Judge(evidence with { States = [state], Entries = [.. events.Select((happened, k) => Entry(happened is ActionIntended intent ? intent.Trial : k + 1, happened))] });
        }
    }

    [Fact]
    public void A_step_that_begins_after_its_last_moment_is_seen()
    {
        var (by, late) = (Start.AddSeconds(20), Dose(1, 0.5));
        Started(new StartBy(null, by), 20 + 61, late).Should().ContainSingle().Which.Should().Be(new Violation("start", "'dose' of c/1 begins in entry 2 at 2026-01-01 08:01:21Z, and was to begin by 2026-01-01 08:00:20Z or not at all"));
        Started(new StartBy(null, by), 20 + 59, late).Should().BeEmpty("it was about to begin");
        Started(new StartBy(TimeSpan.FromSeconds(20), null), 1 + 20 + 61, late).Should().ContainSingle();
        Started(new StartBy(TimeSpan.FromSeconds(20), null), 1 + 20 + 59, late).Should().BeEmpty();
        Started(new StartBy(null, by), 20 + 61, late with { Index = ActionPlace.Carry }).Should().BeEmpty("it begins with its actions");

        static IEnumerable<Violation> Started(StartBy startBy, double seconds, ActionIntended intent)
        {
            var evidence = Evidence([], []);
            var plan = evidence.States[0].Plan;
            var state = evidence.States[0] with { Plan = plan with { Steps = [.. plan.Steps.Select((step, k) => k == 0 ? step with { StartBy = startBy, LosesLate = true } : step)] } };
            return StartOracle.Judge(evidence with { States = [state.Apply(Proposed(1), Start.AddSeconds(1))], Entries = [new LedgerEntry(1, "c", Start.AddSeconds(1), Proposed(1), ""), new LedgerEntry(2, "c", Start.AddSeconds(seconds), intent, "")] });
        }
    }

    [Fact]
    public void A_trial_that_somebody_took_out_of_the_queue_may_be_kept_from_the_planner() =>
        ToldOracle.Judge(Evidence([Proposed(1), new TrialAbandoned(1, "removed")], []) with { Removed = ImmutableHashSet.Create(("c", 1)) }).Should().BeEmpty();

    private static IEnumerable<Violation> Reserved(params LabEvent[] events) =>
        ReservationOracle.Judge(Evidence(events, []) with { Stations = LabStations.OnePlace with { Locations = [new("pump", [1]), new("oven", [2]), new("bin", [99], IsOutlet: true)] } });

    private static IEnumerable<Violation> Record(params LabEvent[] events) => RecordOracle.Judge(Evidence(events, []));

    private static IEnumerable<Violation> Envelope(LabEvent[] events, DeviceEffect[] effects) => EnvelopeOracle.Judge(Evidence(events, []) with { Effects = effects });

    private static ActionIntended Dose(int trial, double volume) => new(
        ActionId.Derive("c", trial, "dose", 0, 1), trial, "dose", 0, "pump", "dispense", ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(volume, "mL")), Start.AddHours(1));

    private static ActionEnded Done(ActionIntended intent, double startsAfter = 10) => Ended(intent, ActionStatus.Succeeded, startsAfter);

    private static ActionEnded Ended(ActionIntended intent, ActionStatus status, double startsAfter = 10) => new(intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(
        intent.Action, status, status == ActionStatus.Succeeded ? CauseCode.Success : CauseCode.HardwareFault, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [],
        Start.AddSeconds(startsAfter * intent.Trial), Start.AddSeconds((startsAfter * intent.Trial) + 5), 1));

    private static LedgerEntry Entry(long seq, LabEvent happened) => new(seq, "c", Start.AddSeconds(seq), happened, "");

    private static TrialProposed Proposed(int trial, int? told = null) => new(trial, new TrialValues([]), null, null, null, "", FailuresTold: told);

    private static Evidence Evidence(IReadOnlyList<LabEvent> events, double[] doses)
    {
        var plan = ChaosBench.Setup().Plans[0];
        var state = new CampaignState("c", plan, new CampaignStarted(plan.File, plan.Text, plan.Sha256, 1, "sobol", 3, "site", ImmutableSortedDictionary<string, string>.Empty), Start);
        var bus = new BusRecord();
        bus.Hear(BusMessage.Retained(Topics.Of("site", "pump").Birth, Pump));
        return new Evidence(
            [state], [.. events.Select((happened, k) => Entry(k + 1, happened))], new LedgerVerdict(0, "", null), [.. doses.Select((dose, k) => new DeviceEffect(k + 1, Start.AddMinutes(k), "pump", "dispense", dose))],
            [], bus, ClockWasSet: false);
    }

    private static TrialValues Inside => Values(0.25);

    private static TrialValues Outside => Values(0.7);

    /// <summary>As much of each dye.</summary>
    private static TrialValues Values(double volume) => new([.. ChaosBench.Setup().Plans[0].Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, TrialValue.Of(Quantity.Of(volume, "mL"))))]);

    private static TrialOutcome.Measured Measured(double value) => new(ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_difference", new Quantity(value, Unit.One)), value);

    private static IEnumerable<Violation> ResultsOf(double? again, TrialOutcome.Measured known) => ResultOracle.Judge(Evidence([], []) with { States = [WithTrial(Inside, known)] }, (_, _) => again is { } value
        ? Measured(value).Outputs
        : throw new AnalysisException("there is no spectrum"));

    private static CampaignState WithTrial(TrialValues values, TrialOutcome? outcome) => Evidence([], []).States[0] with { Trials = [new TrialState(new TrialProposed(1, values, null, null, null, "")) { Outcome = outcome }] };

    private static Evidence Ends(Evidence evidence, TrialOutcome? outcome = null) => evidence with { States = [WithTrial(Inside, outcome) with { Phase = CampaignPhase.Ended }] };

    private static Evidence Heard(params (long Epoch, long Seq, UnitState Unit)[] states)
    {
        var evidence = Evidence([], []);
        for (var k = 0; k < states.Length; k++)
            evidence.Bus.Hear(BusMessage.Retained(Topics.Of("site", "pump").State, new StateFrame(DeviceState.Operate, states[k].Unit, states[k].Seq, states[k].Epoch, null, Start.AddSeconds(k))));
        return evidence;
    }

    private static Birth Pump { get; } = new(
        "1", "pump", "new-era-ne1000", new InstrumentIdentity("New Era", "NE-1000", "1", "1"), true, 1, "",
        [.. new[] { "dispense", "withdraw", "transfer" }.Select(name => new CommandDescription(name, "Moves", Effect.Consume, [new ParameterDescription("volume", "Of the liquid", Unit.Parse("mL"), 0.001, 60)], [], 2))], [], 2, Start);
}
