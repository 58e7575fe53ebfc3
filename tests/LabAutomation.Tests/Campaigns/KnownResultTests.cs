using System.Collections.Immutable;
using System.Text.Json;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Records;
using LabAutomation.Lab.Display;
using LabAutomation.Lab.Reports;
using LabAutomation.Learning;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

/// <summary>What a trial gave is known before it has cleaned up.</summary>
public sealed class KnownResultTests
{
    private const string File = """
        campaign: known
        description: A campaign for tests.
        seed: 3
        goal:
          minimise: colour_difference
          until: { reached: 1.0, trials: 9 }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 1 mL }
        workflow:
          - step: dose
            actions: [{ instrument: pump, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }]
          - step: measure
            actions: [{ instrument: spectrometer, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading }]
          - step: drain
            always: true
            actions: [{ instrument: waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }]
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: colour_difference }
        planner: { kind: random }
        limits: { failed_trials: 2, trial: 30 min }
        """;

    private static readonly CampaignPlan Plan = CampaignFile.Parse(File, "known.yaml");
    private static readonly LabStations TwoCells = new([.. from role in new[] { "pump", "spectrometer", "waste" } from cell in new[] { "a", "b" } select new PlacedInstrument($"{role}-{cell}", role, cell)]);

    private readonly DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private CampaignState _state;

    public KnownResultTests()
    {
        _state = new CampaignState("known-1", Plan, new CampaignStarted("known.yaml", File, "", 3, "random", 9, "bench", ImmutableSortedDictionary<string, string>.Empty, Parallel: 2), _now) { Plan = Plan.With(parallel: 2) };
        Happens(new TrialProposed(1, Plan.ToValues(new Point([0.5])), null, null, null, "test", Station: "a"));
    }

    [Fact]
    public void It_is_analysed_while_it_cleans_up_and_not_before_everything_is_measured()
    {
        Do("dose");
        Outstanding().OfType<NextStep.Analyse>().Should().BeEmpty("nothing is measured yet");

        Do("measure");
        Outstanding().OfType<NextStep.Analyse>().Should().ContainSingle();
        Outstanding().OfType<NextStep.Act>().Should().ContainSingle().Which.Step.Should().Be("drain");
    }

    [Fact]
    public void The_planner_is_told_it_and_counts_the_trial_no_more_among_those_under_way()
    {
        Do("dose", "measure");
        CampaignHistory.ToStudy(_state).Pending.Should().ContainSingle();

        Happens(Known(7));

        var study = CampaignHistory.ToStudy(_state);
        study.Pending.Should().BeEmpty();
        study.Trials.Should().ContainSingle().Which.Values!["colour_difference"].Should().Be(7);
        Outstanding().OfType<NextStep.Analyse>().Should().BeEmpty("it is known");
        _state.Best.Should().BeNull("it has not ended well yet");
    }

    [Fact]
    public void It_counts_as_measured_when_it_has_cleaned_up_without_being_analysed_again()
    {
        Do("dose", "measure");
        Happens(Known(7));
        Do("drain");

        Outstanding().Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeEquivalentTo(new TrialMeasured(1, Outputs(7), 7));
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(0.5, false)]
    public void No_other_trial_begins_where_it_is_what_was_sought(double objective, bool another)
    {
        Do("dose", "measure");
        Happens(Known(objective));

        Outstanding().OfType<NextStep.Propose>().Any().Should().Be(another);
    }

    [Fact]
    public void What_a_trial_gave_counts_though_its_sample_was_lost_afterwards()
    {
        Do("dose", "measure");
        Happens(Known(0.5));
        Happens(new SampleLost(1, "drain", "it fell"));

        CampaignHistory.ToStudy(_state).Trials.Should().ContainSingle();
        Do("drain");
        Outstanding().Should().ContainSingle().Which.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<TrialMeasured>();
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(0.5, true)]
    public void A_trial_that_has_not_begun_is_not_made_where_another_has_given_what_was_sought(double objective, bool over)
    {
        Do("dose", "measure");
        Happens(new TrialProposed(2, Plan.ToValues(new Point([0.7])), null, null, null, "test", Station: "b"));
        Happens(Known(objective));

        Outstanding().OfType<NextStep.Record>().Select(record => record.Event).Should().Equal(over ? [new TrialAbandoned(2, "the goal is reached")] : []);
    }

    [Fact]
    public void A_trial_that_has_not_begun_is_not_made_once_a_rule_has_closed_the_campaign_out()
    {
        Do("dose");
        Happens(new TrialProposed(2, Plan.ToValues(new Point([0.7])), null, null, null, "test", Station: "b"));
        Happens(new ReactionChosen(_state.Trials[0].Actions.Values.Single().Intent.Action, 1, "dose", 0, "pump-a", Reaction.CloseOut, "campaign rule 1", ""));

        Outstanding().OfType<NextStep.Record>().Select(record => record.Event).Should().Equal(new TrialAbandoned(2, "campaign rule 1 closes it out"));
    }

    [Fact]
    public void A_campaign_says_that_its_goal_is_reached_while_the_trial_that_did_cleans_up()
    {
        Do("dose", "measure");
        Wording.Phase(_state).Should().Be("unfinished");
        Wording.Outcome(Plan, _state.Trials[0]).Should().Be("under way");

        Happens(Known(0.5));

        Wording.Phase(_state).Should().Be("goal reached by trial 1, which cleans up");
        Wording.Rest(_state).Should().Be("has reached its goal: trial 1 has given colour_difference 0.5, and no more trials begin; it ends when that one has cleaned up");
        Wording.Outcome(Plan, _state.Trials[0]).Should().Be("colour_difference 0.5  (cleans up)");
        Do("drain");
        Happens(new TrialMeasured(1, Outputs(0.5), 0.5));
        Wording.Rest(_state).Should().BeNull();
        Wording.Outcome(Plan, _state.Trials[0]).Should().Be("colour_difference 0.5");
    }

    [Fact]
    public void Programs_are_told_what_a_trial_gave_while_it_cleans_up_and_once_more_when_it_has()
    {
        var lines = new StringWriter();
        var display = new JsonDisplay(lines);
        display.Show(_state);
        Do("dose", "measure");
        Happens(Known(7));
        display.Show(_state);
        display.Show(_state);
        Do("drain");
        Happens(new TrialMeasured(1, Outputs(7), 7));
        display.Show(_state);

        var told = lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

        told.Should().HaveCount(2);
        told[0].GetProperty("known").GetProperty("objective").GetDouble().Should().Be(7);
        told[0].GetProperty("known").GetProperty("cleansUp").GetBoolean().Should().BeTrue();
        told[1].GetProperty("trial").GetProperty("objective").GetDouble().Should().Be(7);
        told[1].GetProperty("trial").GetProperty("cleansUp").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public void A_table_of_trials_has_what_is_known_and_no_end_of_what_cleans_up()
    {
        Do("dose", "measure");
        CsvExport.Of(_state).Should().Contain("0.5,running,,2026");

        Happens(Known(7));

        CsvExport.Of(_state).Should().Be("trial,station,cyan (mL),colour_difference,status,failed,started_at,ended_at\r\n1,a,0.5,7,measured,,2026-01-01T00:00:00.000Z,\r\n");
    }

    [Fact]
    public void It_is_read_from_the_record_as_it_was_written()
    {
        var known = Known(7);
        LabEvents.Read("trial-known/1", LabEvents.Write(known)).Should().BeEquivalentTo(known);
    }

    private static ImmutableSortedDictionary<string, Quantity> Outputs(double objective) => ImmutableSortedDictionary<string, Quantity>.Empty.Add("colour_difference", new Quantity(objective, Unit.One));

    private static TrialKnown Known(double objective) => new(1, Outputs(objective), objective);

    private ImmutableArray<NextStep> Outstanding() => _state.Outstanding(_now, TwoCells.For(Plan));

    private void Happens(LabEvent happened) => _state = _state.Apply(happened, _now);

    private void Do(params string[] steps)
    {
        foreach (var step in steps)
        {
            var action = Outstanding().OfType<NextStep.Act>().Should().ContainSingle(act => act.Step == step).Which.Actions.Single();
            Happens(action.Intent);
            Happens(new ActionEnded(action.Intent.Action, 1, step, 0, new ResultFrame(action.Intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], _now, _now, 1)));
        }
    }
}
