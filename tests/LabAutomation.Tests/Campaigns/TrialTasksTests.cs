using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns;

/// <summary>What a campaign declares to the scheduler of its trials under way.</summary>
public sealed class TrialTasksTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly CampaignPlaces _places;
    private readonly TrialTasks _tasks;
    private CampaignState _state;

    public TrialTasksTests()
    {
        var plan = CampaignFile.Parse(Text, "cells.yaml");
        _places = new LabStations([.. "abc".Select(cell => new PlacedInstrument($"pump-{cell}", "pump", $"{cell}")), new("spectrometer", "spectrometer", null)]).For(plan);
        _tasks = new TrialTasks(_places);
        _state = new CampaignState("cells", plan, new CampaignStarted("cells.yaml", Text, "", 1, "random", 8, "bench", ImmutableSortedDictionary<string, string>.Empty), Now);
        for (var trial = 1; trial <= 3; trial++)
        {
            Happens(new TrialProposed(trial, new TrialValues([new("dose", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test"), new TrialStationed(trial, $"{"abc"[trial - 1]}"));
            Do(trial, "dose", $"pump-{"abc"[trial - 1]}", 5);
        }

        Do(1, "measure", "spectrometer", 10);
    }

    [Fact]
    public void What_an_action_took_longer_counts_for_the_trials_that_are_under_way()
    {
        Measuring(3).Longest.TotalSeconds.Should().BeApproximately(10, 0.001);

        Do(2, "measure", "spectrometer", 50);

        Measuring(3).Longest.TotalSeconds.Should().BeApproximately(50, 0.001);
    }

    [Fact]
    public void What_was_under_way_when_the_program_did_not_run_counts_for_none()
    {
        var (before, intent) = (JobOf(3), Intended(2, "measure", "spectrometer"));

        Happens(intent, new CampaignResumed("lab resume"), Ended(intent, 13_000));

        JobOf(3).Should().BeSameAs(before);
    }

    [Theory]
    [InlineData("measure", 10.05)]
    [InlineData("dose", 5)]
    public void A_job_stays_the_same_object_where_nothing_is_learnt_that_matters_to_it(string step, double took)
    {
        var before = JobOf(3);

        Do(2, step, step == "dose" ? "pump-b" : "spectrometer", took);

        JobOf(3).Should().BeSameAs(before);
    }

    [Fact]
    public void What_was_learnt_of_a_step_that_is_done_does_not_matter()
    {
        var before = JobOf(3);

        Do(2, "dose", "pump-b", 30);

        JobOf(3).Should().BeSameAs(before);
    }

    private Way Measuring(int trial) => JobOf(trial).Tasks.First(task => task.Name == "measure").Ways[0];

    private Job JobOf(int trial) => _tasks.Of(_state, _state.Outstanding(Now, _places), []).First(work => work.Trial == trial).Job;

    private void Do(int trial, string step, string instrument, double seconds)
    {
        var intent = Intended(trial, step, instrument);
        Happens(intent, Ended(intent, seconds));
    }

    private static ActionIntended Intended(int trial, string step, string instrument) =>
        new(ActionId.Derive("cells", trial, step, 0, 1), trial, step, 0, instrument, "do", ImmutableSortedDictionary<string, Quantity>.Empty, Now.AddMinutes(30));

    private static ActionEnded Ended(ActionIntended intent, double seconds) =>
        new(intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Now, Now.AddSeconds(seconds), 1));

    private void Happens(params LabEvent[] happened) => _state = happened.Aggregate(_state, (state, one) => state.Apply(one, Now));

    private const string Text = """
        campaign: cells
        parallel: 3
        goal: { minimise: difference, until: { reached: 1.0, trials: 4 } }
        parameters:
          dose: { kind: real, low: 0.1 mL, high: 1 mL }
        workflow:
          - step: dose
            actions: [ { instrument: pump, command: dispense, with: { volume: =dose, rate: 6 mL/min } } ]
          - step: measure
            actions: [ { instrument: spectrometer, command: acquire, with: { averages: 2 }, as: reading } ]
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }
        planner: { kind: random }
        """;
}
