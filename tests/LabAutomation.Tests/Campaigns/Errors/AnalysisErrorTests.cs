using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using LabAutomation.Tests.StandIns.Akka;

namespace LabAutomation.Tests.Campaigns.Errors;

/// <summary>What the error policy does about an analysis that fails.</summary>
public sealed class AnalysisErrorTests
{
    private const string File = """
        campaign: careful
        goal:
          minimise: colour_difference
          until: { trials: 4 }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 1 mL }
        errors:
        RULES
        workflow:
          - step: measure
            actions:
              - { instrument: eye, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading }
        analysis:
          - { analyst: reading, input: reading.noise, gives: noise }
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: colour_difference }
        planner: { kind: random }
        """;

    private static readonly ImmutableSortedDictionary<string, Quantity> NoOutputs = ImmutableSortedDictionary<string, Quantity>.Empty;
    private static readonly TrialProposed Trial = new(1, new TrialValues([new("cyan", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test");

    private readonly List<LedgerEntry> _entries = [];
    private DateTimeOffset _now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private LabStations _lab = LabStations.OnePlace;

    private CampaignState State => CampaignState.Replay(_entries);

    private NextStep Next => State.Outstanding(_now, _lab.For(State.Plan)).Should().ContainSingle().Which;

    [Fact]
    public void Without_rules_the_trial_fails_as_ever_and_the_rule_that_says_so_is_on_record()
    {
        Begin();
        Fail(1).Rule.Should().Be("default rule 4");

        Recorded<TrialFailed>().Should().Be(new TrialFailed(1, CauseCode.Unachievable, "too dark"));
        TrialStory.Of(_entries, 1).Select(line => (line.Kind, line.Text)).TakeLast(3).Should().Equal(
            ("failed", "the analysis by colour failed (analysis, unachievable): too dark; it can be made again"),
            ("rule", "default rule 4 acts, 'on any: replan': the trial cleans up and ends as failed, and the planner proposes another"),
            ("told", "the planner is told that it failed: too dark"));
    }

    [Fact]
    public void It_is_tried_again_after_its_wait_and_as_often_as_the_rule_says()
    {
        Begin("- { on: analysis, do: retry, times: 2, wait: 10 s }");

        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var chosen = Fail(1);
            (chosen.Reaction, chosen.Rule).Should().Be((Reaction.Retry, "campaign rule 1"));
            State.Outstanding(_now, _lab.For(State.Plan)).Should().BeEmpty("it waits");
            TrialErrors.NextAnalysis(State, _now).Should().Be(chosen.NotBefore);
            _now = chosen.NotBefore!.Value;
            Next.Should().BeOfType<NextStep.Analyse>();
        }

        var last = Fail(1);
        (last.Rule, last.Passed!.Value.Single()).Should().Be(("default rule 4", "campaign rule 1 (retry): it was tried again 2 times"));
    }

    [Fact]
    public void What_the_goal_does_not_need_may_be_skipped_and_the_rest_is_analysed()
    {
        Begin("- { on: analysis, do: skip }");

        Fail(0).Reaction.Should().Be(Reaction.Skip);
        Next.Should().BeOfType<NextStep.Analyse>().Which.Trial.Analyses[0].IsSkipped.Should().BeTrue();
        var needed = Fail(1);
        (needed.Rule, needed.Passed!.Value.Single()).Should().Be(("default rule 4", "campaign rule 1 (skip): the goal needs 'colour_difference'"));
    }

    [Fact]
    public void Somebody_is_asked_and_once_they_have_looked_it_is_analysed_again()
    {
        Begin("- { on: unachievable, do: prompt, within: 1 h }");
        Fail(1);
        var pause = Recorded<CampaignPaused>();
        (pause.Reason, pause.Until - _now).Should().Be(("the analysis by colour of trial 1 failed: too dark; campaign rule 1 asks for somebody", TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(2)));

        Happens(new CampaignResumed("looked"));
        Next.Should().BeOfType<NextStep.Analyse>();
        var chosen = Fail(1);
        (chosen.Rule, chosen.Passed!.Value.Single()).Should().Be(("default rule 4", "campaign rule 1 (prompt): somebody has looked at it"));
    }

    [Fact]
    public void Where_nobody_comes_in_time_the_next_rule_acts()
    {
        Begin("- { on: analysis, do: prompt, within: 1 h }\n- { on: analysis, do: close_out }");
        Fail(1);
        Recorded<CampaignPaused>();
        _now += TimeSpan.FromHours(1);
        Recorded<PromptLapsed>();

        Recorded<ReactionChosen>().Rule.Should().Be("campaign rule 2");
        Recorded<TrialFailed>();
        Recorded<CampaignEnded>().End.Should().Be(CampaignEnd.ClosedOut);
    }

    [Fact]
    public void The_lab_s_rules_come_after_the_campaign_s_and_nothing_else_can_make_an_analysis()
    {
        _lab = _lab with { Errors = ErrorPolicy.Named("lab", [new ErrorRule([ErrorWords.Analysis], Reaction.SafeMode)]) };
        Begin("- { on: any, do: substitute }");

        var chosen = Fail(1);
        (chosen.Rule, chosen.Passed!.Value.Single()).Should().Be(("lab rule 1", "campaign rule 1 (substitute): nothing else in the lab can do it"));
        Recorded<CampaignPaused>();
        Happens(new CampaignResumed("looked"));
        Next.Should().BeOfType<NextStep.Analyse>();
    }

    [Fact]
    public void A_rule_that_has_another_instrument_make_an_analysis_is_refused() =>
        FluentActions.Invoking(() => Begin("- { on: analysis, do: substitute }")).Should().Throw<CampaignFileException>().Which.Problems.Single().ToString()
            .Should().Be("careful.yaml:8:5: campaign rule 1 would have another instrument make an analysis (for analysis there are retry, skip, replan, prompt, close_out and safe_mode)");

    [Fact]
    public void An_analysis_has_rules_of_its_own_which_come_first()
    {
        Begin("- { on: analysis, do: close_out }", "  errors: [{ on: any, do: retry }, { on: any, do: skip }]");

        Fail(0).Rule.Should().Be("analysis 1 rule 1");
        Next.Should().BeOfType<NextStep.Analyse>();
        Fail(0).Rule.Should().Be("analysis 1 rule 2");
        Fail(1).Rule.Should().Be("campaign rule 1", "they are of the first alone");
    }

    [Fact]
    public void An_analysis_that_the_goal_needs_is_not_skipped_by_a_rule_of_its_own() =>
        FluentActions.Invoking(() => CampaignFile.Parse(File.Replace("errors:\nRULES\n", "", StringComparison.Ordinal).Replace("gives: colour_difference }", "gives: colour_difference, errors: [{ on: any, do: skip }] }", StringComparison.Ordinal), "careful.yaml"))
            .Should().Throw<CampaignFileException>().Which.Problems.Single().ToString().Should().EndWith("analysis 2 rule 1 never acts: the goal needs 'colour_difference' (a trial that cannot be analysed ends: replan)");

    [Fact]
    public async Task The_analyst_says_which_analysis_failed_and_leaves_out_what_is_skipped()
    {
        Begin();
        var folder = Directory.CreateTempSubdirectory("analysis-");
        using var ledger = Ledger.Open(Path.Combine(folder.FullName, "ledger.db"), TimeProvider.System);
        var actors = ActorSystem.Create("analysis");
        var (asker, trial) = (new Probe(actors), State.UnderWay.Single());
        var analyst = actors.ActorOf(Props.Create(() => new AnalystActor(ledger, new Lazy<LabAutomation.Models.ModelRegistry>(() => null!))));
        var skipped = trial with { Analyses = trial.Analyses.Add(0, new AnalysisState(new AnalysisFailed(1, 0, "reading", CauseCode.Unachievable, ""), 1) { Reaction = new ReactionChosen(default, 1, AnalysisState.Step, 0, "reading", Reaction.Skip, "", "") }) };

        analyst.Tell(new AnalyseTrial(State.Plan, trial), asker.Ref);
        (await asker.Next<AnalysisFailed>()).Should().Match<AnalysisFailed>(failed => failed.Analysis == 0 && failed.Analyst == "reading");
        analyst.Tell(new AnalyseTrial(State.Plan, skipped), asker.Ref);
        (await asker.Next<AnalysisFailed>()).Should().Match<AnalysisFailed>(failed => failed.Analysis == 1 && failed.Analyst == "colour");

        await actors.Terminate();
        ledger.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_campaign_s_actor_asks_again_when_the_wait_is_over()
    {
        using var campaign = new LoneCampaign([LoneCampaign.Trial, .. LoneCampaign.Done()]);
        await campaign.Analyst.Next<AnalyseTrial>();
        campaign.Tell(new AnalysisFailed(1, 0, "colour", CauseCode.Unachievable, "too dark"));
        await campaign.SettledAsync();
        await campaign.Analyst.ExpectNothingBefore("the wait is over");

        campaign.Clock.Advance(TimeSpan.FromSeconds(10));
        (await campaign.Analyst.Next<AnalyseTrial>()).Trial.Analyses[0].Attempt.Should().Be(1);
    }

    private void Begin(string rules = "", string? ofFirst = null)
    {
        var lines = rules.Length == 0 ? [] : rules.Split('\n');
        var text = File.Replace("RULES\n", string.Concat(lines.Select(line => $"  {line}\n")), StringComparison.Ordinal);
        if (lines.Length == 0) text = text.Replace("errors:\n", "", StringComparison.Ordinal);
        if (ofFirst is not null) text = text.Replace("- { analyst: reading, input: reading.noise, gives: noise }", $"- analyst: reading\n    input: reading.noise\n    gives: noise\n  {ofFirst}", StringComparison.Ordinal);
        Happens(new CampaignStarted("careful.yaml", text, "", 3, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty));
        _ = State;
        Happens(Trial);
        var intent = ((NextStep.Act)Next).Actions.Single().Intent;
        Happens(intent);
        Happens(new ActionEnded(intent.Action, 1, intent.Step, intent.Index, new ResultFrame(intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, NoOutputs, [], _now, _now, 1)));
        Next.Should().BeOfType<NextStep.Analyse>();
    }

    /// <summary>What is done about it.</summary>
    private ReactionChosen Fail(int analysis)
    {
        Happens(new AnalysisFailed(1, analysis, analysis == 0 ? "reading" : "colour", CauseCode.Unachievable, "too dark"));
        return Recorded<ReactionChosen>();
    }

    private T Recorded<T>() where T : LabEvent
    {
        var happened = Next.Should().BeOfType<NextStep.Record>().Which.Event.Should().BeOfType<T>().Which;
        Happens(happened);
        return happened;
    }

    private void Happens(LabEvent happened)
    {
        _now += TimeSpan.FromSeconds(1);
        _entries.Add(new LedgerEntry(_entries.Count + 1, "careful-1", _now, LabEvents.Read(LabEvents.ManifestOf(happened), LabEvents.Write(happened)), ""));
    }
}
