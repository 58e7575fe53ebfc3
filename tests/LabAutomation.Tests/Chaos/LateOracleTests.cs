using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Protocol;
using static LabAutomation.Tests.Chaos.CellRecord;

namespace LabAutomation.Tests.Chaos;

/// <summary>Measuring has to follow mixing within 10 s, on the spectrometer that two stations share: what excuses a trial that is late, and what does not.</summary>
public sealed class LateOracleTests
{
    private static readonly ActionIntended Mix = Step("ada", 1, "mix", "stirrer-a");
    private static readonly ActionIntended Measure = Step("ada", 1, "measure", "spectrometer");

    [Fact]
    public void A_step_in_time_is_right_and_one_that_is_late_is_seen()
    {
        LateOracle.Judge(Mixed().Add("ada", Measure).Evidence()).Should().BeEmpty();
        Judge(Mixed()).Should().ContainSingle().Which.Should().Be(
            new Violation("late", "'measure' of ada/1 was to begin within 00:00:10 of the end of 'mix' at 2026-01-01 08:00:04Z, and began 00:00:31 after it, though nothing that it needs had gone wrong since 2026-01-01 08:00:03Z"));
        LateOracle.Judge(Mixed().Pass(30).Add("ada", new SampleLost(1, "measure", "too late")).Evidence()).Should().ContainSingle().Which.Message.Should().Contain("and was lost 00:00:31 after it");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("spectrometer", true)]
    [InlineData("stirrer-a", false)]
    [InlineData("stirrer-b", false)]
    [InlineData("pump-waste-a", false)]
    public void A_fault_excuses_where_it_struck_the_lab_or_what_the_step_needs(string? on, bool excuses)
    {
        Judge(Mixed(), new Trouble(Start.AddSeconds(5), Start.AddSeconds(6), on)).Any().Should().Be(!excuses);
        Judge(Mixed(), new Trouble(Start.AddSeconds(1), Start.AddSeconds(2), on)).Should().ContainSingle("that was over");
    }

    /// <summary>Mixing ends at 4 s by the device, and the lab hears of it at 24 s.</summary>
    [Theory]
    [InlineData("stirrer-a", 5, 20, true)]
    [InlineData("stirrer-a", 1, 3, false)]
    [InlineData("stirrer-a", 26, 30, false)]
    [InlineData("stirrer-b", 5, 20, false)]
    public void What_keeps_the_lab_from_hearing_of_the_end_of_the_step_before_excuses(string on, int from, int until, bool excuses)
    {
        var record = new CellRecord().Add("ada", Proposed(1), new TrialStationed(1, "a"), Mix).Hear("ada", Ends(Mix), late: 20);

        Judge(record, new Trouble(Start.AddSeconds(from), Start.AddSeconds(until), on)).Any().Should().Be(!excuses);
    }

    [Theory]
    [InlineData("measure", "spectrometer", true)]
    [InlineData("mix", "stirrer-b", false)]
    public void What_fails_excuses_where_the_step_needs_the_same_instrument(string step, string instrument, bool excuses)
    {
        var failing = Step("bob", 1, step, instrument);

        Judge(Mixed().Add("bob", failing, Ends(failing, ActionStatus.Failed))).Any().Should().Be(!excuses);
        Judge(Mixed().Add("bob", Does(failing))).Should().ContainSingle("what merely takes its time is to be foreseen");
    }

    [Fact]
    public void What_was_under_way_on_the_same_instrument_may_have_been_slowed_before()
    {
        var (other, elsewhere) = (Step("bob", 1, "measure", "spectrometer"), Step("bob", 1, "mix", "stirrer-b"));
        Trouble early = new(Start.AddSeconds(1), Start.AddSeconds(2));

        Judge(Mixed(other), early).Should().BeEmpty();
        Judge(Mixed(elsewhere), early).Should().ContainSingle();
        Judge(Mixed([.. Does(other)]), early).Should().ContainSingle("that was over");
    }

    [Fact]
    public void A_breaker_excuses_where_the_step_needs_its_instrument_and_until_it_is_closed()
    {
        static BreakerChanged Opens(string instrument) => new(instrument, BreakerPhase.Open, "", Start.AddHours(1));
        static BreakerChanged Closes(string instrument) => new(instrument, BreakerPhase.Closed, "", null);

        Judge(Mixed().Add("bob", Opens("spectrometer"))).Should().BeEmpty();
        Judge(Mixed(Opens("spectrometer"))).Should().BeEmpty("it is open still");
        Judge(Mixed(Opens("spectrometer"), Closes("spectrometer"))).Should().ContainSingle();
        Judge(Mixed().Add("bob", Opens("stirrer-b"))).Should().ContainSingle();
    }

    [Fact]
    public void A_rest_excuses_the_campaign_that_rests_until_it_goes_on()
    {
        foreach (var rests in new LabEvent[] { new CampaignPaused("enough"), new CampaignSuspended("too warm"), new PauseRequested("ada", "", Now: true), new SafeModeEntered("fire") })
        {
            Judge(Mixed().Add("ada", rests)).Should().BeEmpty($"{rests}");
            Judge(Mixed().Add("bob", rests)).Should().ContainSingle($"another's {rests}");
        }

        Judge(Mixed().Add("ada", new PauseRequested("ada", "", Now: false))).Should().ContainSingle("what is under way goes on");
        Judge(Rested(new CampaignPaused("enough"), new CampaignResumed(""))).Should().ContainSingle();
        Judge(Rested(new CampaignPaused("enough", Start.AddHours(1)), new PromptLapsed(""))).Should().ContainSingle();
        Judge(Rested(new CampaignSuspended("too warm"), new CampaignContinued(""))).Should().ContainSingle();
        Judge(Rested(new CampaignPaused("enough"), new PauseWithdrawn("ada", ""))).Should().BeEmpty("it rests still");
        Judge(Rested(new PauseRequested("ada", "", Now: true), new PauseWithdrawn("ada", ""))).Should().ContainSingle();

        static CellRecord Rested(params LabEvent[] rested) => new CellRecord().Add("ada", [Proposed(1), new TrialStationed(1, "a"), .. rested, .. Does(Mix)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_excuse_ends_with_an_abort_and_with_its_campaign(bool ends)
    {
        LabEvent over = ends ? new CampaignEnded(CampaignEnd.Finished, "", null) : new AbortRequested("enough");
        CellRecord Of(params LabEvent[] before) => new CellRecord().Add("ada", [Proposed(1), new TrialStationed(1, "a"), new TrialWaits(1, "water", ""), new CampaignPaused(""), .. before, .. Does(Mix)]);

        Judge(Of()).Should().BeEmpty();
        Judge(Of(over)).Should().ContainSingle();
    }

    [Fact]
    public void A_wait_for_stock_excuses_the_trial_that_waits()
    {
        Judge(Mixed().Add("ada", new TrialWaits(1, "water", "out of water"))).Should().BeEmpty();
        Judge(Mixed().Add("ada", Proposed(2), new TrialWaits(2, "water", "out of water"))).Should().ContainSingle();
        Judge(Mixed().Add("bob", Proposed(1), new TrialWaits(1, "water", "out of water"))).Should().ContainSingle();
    }

    [Fact]
    public void A_step_that_is_not_to_be_interrupted_is_not_excused_by_what_interrupts()
    {
        CellRecord Of(LabEvent then) => new CellRecord("within: 10 s\nuninterrupted: true").Add("ada", [Proposed(1), new TrialStationed(1, "a"), .. Does(Mix), then]);

        Judge(Of(new CampaignSuspended("too warm"))).Should().ContainSingle();
        Judge(Of(new PauseRequested("ada", "", Now: true))).Should().ContainSingle();
        Judge(Of(new CampaignPaused("nobody knows"))).Should().BeEmpty();
    }

    [Fact]
    public void One_that_was_refused_in_the_instant_in_which_it_was_asked_for_is_judged_too()
    {
        var record = new CellRecord().Add("ada", Proposed(1), new TrialStationed(1, "a"), Mix).Pass(-1).Add("ada", Ends(Mix, ActionStatus.Failed));

        Judge(record).Should().ContainSingle();
    }

    /// <summary>The sample of ada/1 has been mixed, and is measured half a minute after all that.</summary>
    private static IEnumerable<Violation> Judge(CellRecord record, params Trouble[] troubles) => LateOracle.Judge(record.Pass(30).Add("ada", Measure).Evidence(troubles));

    /// <param name="before">What is on record before it is asked to mix, of bob.</param>
    private static CellRecord Mixed(params LabEvent[] before) => new CellRecord().Add("bob", before).Add("ada", [Proposed(1), new TrialStationed(1, "a"), .. Does(Mix)]);
}
