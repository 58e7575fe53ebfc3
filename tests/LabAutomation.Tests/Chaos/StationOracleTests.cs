using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Chaos;
using LabAutomation.Protocol;
using static LabAutomation.Tests.Chaos.CellRecord;

namespace LabAutomation.Tests.Chaos;

/// <summary>That it is seen where a station, its instruments or what a trial gave are not what the record promised.</summary>
public sealed class StationOracleTests
{
    private static readonly LabEvent[] AtA = [Proposed(1), new TrialStationed(1, "a")];
    private static readonly ActionIntended Mix = Step("ada", 1, "mix", "stirrer-a");
    private static readonly ActionIntended Measure = Step("ada", 1, "measure", "spectrometer");
    private static readonly ActionIntended Drain = Step("ada", 1, "drain", "pump-waste-a");

    [Fact]
    public void Trials_one_after_the_other_at_one_station_and_side_by_side_at_two_are_right()
    {
        var record = Ada([.. Does(Mix), .. Does(Measure), .. Does(Drain), Measured(1)]).Add("ada", Proposed(2), new TrialStationed(2, "a"), Step("ada", 2, "mix", "stirrer-a"))
            .Add("bob", Proposed(1), new TrialStationed(1, "b"), Step("bob", 1, "mix", "stirrer-b"));

        StationOracle.Judge(record.Evidence()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("bob", 1)]
    [InlineData("ada", 2)]
    public void A_station_that_is_given_to_another_before_it_has_been_cleaned_is_seen(string campaign, int trial)
    {
        var record = Ada(Does(Mix)).Add(campaign, Proposed(trial), new TrialStationed(trial, "a")).Add(campaign, Does(Step(campaign, trial, "mix", "stirrer-a"))).Add("ada", [.. Does(Measure), .. Does(Drain)]);

        StationOracle.Judge(record.Evidence()).Should().ContainSingle().Which.Should().Be(new Violation("exclusive", $"station a is given to {campaign}/{trial} in entry 7 while it is that of ada/1, from entry 3 to entry 12"));
    }

    [Fact]
    public void A_station_that_could_not_be_cleaned_stays_that_of_its_trial_until_the_trial_is_closed()
    {
        CellRecord Of(params LabEvent[] then) => Ada([.. Does(Mix), Drain, Ends(Drain, ActionStatus.Failed), .. then]).Add("bob", Proposed(1), new TrialStationed(1, "a"), Step("bob", 1, "mix", "stirrer-a")).Add("ada", new TrialFailed(1, CauseCode.HardwareFault, ""));

        StationOracle.Judge(Of().Evidence()).Should().ContainSingle().Which.Oracle.Should().Be("exclusive");
        StationOracle.Judge(Of(Does(Step("ada", 1, "drain", "pump-waste-a", 2))).Evidence()).Should().BeEmpty();
        StationOracle.Judge(Of(new ReactionChosen(Drain.Action, 1, "drain", 0, "pump-waste-a", Reaction.Skip, "rule", "")).Evidence()).Should().BeEmpty();
    }

    [Fact]
    public void A_station_that_nobody_knows_to_be_clean_stays_that_of_its_trial_until_somebody_has_cleaned_it()
    {
        LabEvent[] givenUp = [.. Does(Mix), Drain, Ends(Drain, ActionStatus.UnknownOutcome), new OutcomeGivenUp(Drain.Action, "ada", "nobody can tell")];
        var closed = new TrialAbandoned(1, "given up");
        LabEvent[] next = [Proposed(1), new TrialStationed(1, "a"), Step("bob", 1, "mix", "stirrer-a")];

        StationOracle.Judge(Ada([.. givenUp, closed]).Evidence()).Should().ContainSingle().Which.Message.Should().Be("ada/1 is closed in entry 8, and its place with it, though 'drain' was given up and nobody has cleaned up by hand since");
        StationOracle.Judge(Ada(givenUp).Add("bob", next).Add("ada", new PlaceCleaned(1, "ada"), closed).Evidence()).Should().ContainSingle().Which.Oracle.Should().Be("exclusive");
        StationOracle.Judge(Ada([.. givenUp, new PlaceCleaned(1, "ada")]).Add("bob", next).Add("ada", closed).Evidence()).Should().BeEmpty();
        StationOracle.Judge(Ada([.. givenUp, new AbortRequested("enough"), closed]).Evidence()).Should().BeEmpty("an abort leaves everything as it is");
        StationOracle.Judge(Ada([Mix, Ends(Mix, ActionStatus.UnknownOutcome), new OutcomeGivenUp(Mix.Action, "ada", "nobody can tell"), .. Does(Drain), closed]).Evidence()).Should().BeEmpty("it was drained");
    }

    [Fact]
    public void A_trial_that_begins_with_no_station_on_record_is_seen()
    {
        StationOracle.Judge(new CellRecord().Add("ada", Proposed(1)).Add("ada", Does(Mix)).Evidence()).Should().ContainSingle().Which.Should().Be(new Violation("stations", "ada/1 begins in entry 2, and no station of it is on record"));
        StationOracle.Judge(new CellRecord().Add("ada", Proposed(1)).Add("ada", Does(Measure)).Evidence()).Should().ContainSingle("where its vessel is must be known, too, when what it begins with stands elsewhere");
        StationOracle.Judge(new CellRecord().Add("ada", Proposed(1) with { Station = "a" }).Add("ada", Does(Mix)).Evidence()).Should().BeEmpty("records of before said so at once");
    }

    [Fact]
    public void A_station_that_is_given_after_the_first_step_is_seen_and_another_one_before_it_is_right()
    {
        StationOracle.Judge(Ada([.. Does(Mix), new TrialStationed(1, "b")]).Evidence()).Should().ContainSingle().Which.Message.Should().Be("ada/1 is given station b in entry 5, and has begun in entry 3 at station a");
        StationOracle.Judge(new CellRecord().Add("ada", Proposed(1), new TrialStationed(1, "b"), new TrialStationed(1, "a")).Add("ada", Does(Mix)).Evidence()).Should().BeEmpty("nothing had been done");
    }

    [Theory]
    [InlineData("stirrer-b", "which stands at station b, and the trial is made at station a")]
    [InlineData("pump-waste-a", "which does not play 'stirrer'")]
    [InlineData("stirrer", "which does not play 'stirrer'")]
    public void An_instrument_of_another_station_or_another_role_is_seen(string instrument, string wrong) =>
        StationOracle.Judge(Ada(Does(Step("ada", 1, "mix", instrument))).Evidence()).Should().ContainSingle().Which.Message.Should().Be($"'mix' of ada/1 is asked of {instrument} in entry 3, {wrong}");

    [Fact]
    public void What_a_trial_gave_is_known_once_and_stays()
    {
        LabEvent[] known = [.. Does(Mix), .. Does(Measure), Known(1)];

        Results([.. known, .. Does(Drain), Measured(1)]).Should().BeEmpty();
        Results([.. known, .. Does(Drain), Measured(1, 19)]).Should().Equal("trial 1 of ada is measured in entry 10 with colour_difference = 19, and it was known as 20 in entry 7");
        Results([.. known, new TrialFailed(1, CauseCode.HardwareFault, "it leaks")]).Should().Equal("trial 1 of ada has failed in entry 8, and what it gave is known since entry 7: it leaks");
        Results([.. known, new TrialAbandoned(1, "given up")]).Should().Equal("trial 1 of ada is abandoned in entry 8, and what it gave is known since entry 7: given up");
        Results([.. known, Known(1)]).Should().Equal("what trial 1 of ada gave is known once more in entry 8, and was in entry 7");
        Results([.. Does(Mix), .. Does(Measure), Measured(1), Known(1)]).Should().Equal("what trial 1 of ada gave is known once more in entry 8, and it is closed");
        Results([.. Does(Mix), Measure, Known(1)]).Should().Equal("what trial 1 of ada gave is known in entry 6 while 'measure', of which it is read, is under way");
        Results([.. known, Step("ada", 1, "measure", "spectrometer", 2)]).Should().Equal("what trial 1 of ada gave is known since entry 7, and 'measure', of which it is read, is asked for in entry 8");

        static IEnumerable<string> Results(LabEvent[] events) => KnownOracle.Judge(Ada(events).Evidence()).Select(violation => violation.Message);
    }

    [Fact]
    public void A_trial_that_begins_once_the_goal_is_known_to_be_reached_is_seen()
    {
        CellRecord Of(LabEvent reached) => Ada([.. Does(Mix), .. Does(Measure), reached]).Pass(90).Add("ada", Proposed(2), new TrialStationed(2, "b"), Step("ada", 2, "mix", "stirrer-b"));

        HeldOracle.Judge(Of(Known(1, 0)).Evidence()).Should().ContainSingle().Which.Message.Should().Be("trial 2 of ada begins in entry 10, and the campaign has been at its goal since 2026-01-01 08:00:07Z");
        HeldOracle.Judge(Of(Measured(1, 0)).Evidence()).Should().ContainSingle();
        HeldOracle.Judge(Of(Known(1)).Evidence()).Should().BeEmpty();
        HeldOracle.Judge(Of(new FinishRequested("ada", "enough")).Evidence()).Should().ContainSingle().Which.Message.Should().Contain("has been finished since");
        HeldOracle.Judge(Of(new ReactionChosen(Mix.Action, 1, "mix", 0, "stirrer-a", Reaction.CloseOut, "rule", "")).Evidence()).Should().ContainSingle().Which.Message.Should().Contain("has been closed out since");
    }

    [Fact]
    public void What_has_not_begun_when_the_goal_is_reached_may_be_kept_from_the_planner()
    {
        ToldOracle.Judge(Ada([Proposed(2), Known(1, 0), new TrialAbandoned(2, "the goal is reached")]).Evidence()).Should().BeEmpty();
        ToldOracle.Judge(Ada([Proposed(2), Known(1), new TrialAbandoned(2, "the goal is reached")]).Evidence()).Should().ContainSingle("it is not");
        ToldOracle.Judge(Ada([.. Does(Step("ada", 2, "mix", "stirrer-b")), Known(1, 0), new TrialAbandoned(2, "the goal is reached")]).Evidence()).Should().ContainSingle("it had begun");
    }

    private static CellRecord Ada(LabEvent[] events) => new CellRecord().Add("ada", [.. AtA, .. events]);
}
