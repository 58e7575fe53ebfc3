using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns.Errors;

/// <summary>What <c>lab explain</c> makes of a record.</summary>
public sealed class TrialStoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly ActionIntended First = Intended(1), Second = Intended(2) with { Instrument = "pump-b" };

    [Fact]
    public void It_says_what_failed_which_rule_acted_which_were_passed_over_and_what_the_planner_was_told()
    {
        var chosen = new ReactionChosen(First.Action, 7, "dose", 0, "pump-a", Reaction.Substitute, "campaign rule 2", "on hardware_fault: substitute", ["step 'dose' rule 1 (retry): it was tried again 2 times"]);
        var ended = new ReactionChosen(Second.Action, 7, "dose", 0, "pump-b", Reaction.Replan, "default rule 4", "on any: replan");

        var story = Of(
            new TrialProposed(6, new TrialValues([]), null, null, null, "another"), new TrialProposed(7, new TrialValues([]), null, null, null, "spread"),
            First, Ended(First, Repetition.DidNothing), chosen, new TrialFailed(6, CauseCode.LinkLost, "not this one"), Second, Ended(Second, null), ended, new TrialFailed(7, CauseCode.HardwareFault, "broken"),
            new CampaignPaused("after it"));

        story.Select(line => (line.Kind, line.Text)).Should().Equal(
            ("proposed", "proposed: spread"),
            ("failed", "dose: 'dispense' of pump-a failed (hardware_fault): broken; it is certain that it did nothing"),
            ("rule", "campaign rule 2 acts, 'on hardware_fault: substitute': another instrument does it in place of pump-a"),
            ("again", "dose: 'dispense' of pump-b is begun again, in place of pump-a"),
            ("failed", "dose: 'dispense' of pump-b failed (hardware_fault): broken; it may have done something"),
            ("rule", "default rule 4 acts, 'on any: replan': the trial cleans up and ends as failed, and the planner proposes another"),
            ("told", "the planner is told that it failed: broken"));
        story[2].Passed.Should().Equal("step 'dose' rule 1 (retry): it was tried again 2 times");
        story[0].At.Should().Be(Start.AddSeconds(2));
    }

    [Fact]
    public void It_says_who_was_asked_who_came_and_what_was_barred()
    {
        var story = Of(
            new TrialProposed(7, new TrialValues([]), null, null, null, "spread"), First, Ended(First, null),
            new ReactionChosen(First.Action, 7, "dose", 0, "pump-a", Reaction.Prompt, "lab rule 1", "on any: prompt", Until: Start.AddHours(1)), new BreakerChanged("pump-a", BreakerPhase.Open, "3 failures", Start.AddMinutes(10)),
            new BreakerChanged("pump-z", BreakerPhase.Open, "not of this trial", Start.AddMinutes(10)), new CampaignPaused("broken", Start.AddHours(1)), new PromptLapsed("nobody came in time"),
            new SampleTaken(7, "arm", "ada", "it hung"), new TrialAbandoned(7, "lost"));

        story.Skip(2).Select(line => line.Text).Should().Equal(
            "lab rule 1 acts, 'on any: prompt': somebody is asked until 2026-01-01 09:00:00Z",
            "pump-a is given nothing more to do until 2026-01-01 08:10:00Z: 3 failures",
            "the campaign rests until somebody comes, or 2026-01-01 09:00:00Z: broken",
            "the campaign goes on: nobody came in time",
            "ada takes its sample by hand from arm: it hung",
            "the planner is told nothing, and may propose its values again: lost");
    }

    [Fact]
    public void It_says_who_interrupted_the_campaign_and_how_while_the_trial_was_under_way()
    {
        var story = Of(
            new PauseRequested("ada", "before it", false), new TrialProposed(7, new TrialValues([]), null, null, null, "spread"), new PauseRequested("ada", "a visitor", true), new PauseWithdrawn("bo", "gone"), new FinishRequested("bo", "enough"),
            new TrialMeasured(7, ImmutableSortedDictionary<string, Quantity>.Empty, 1), new PauseRequested("ada", "after it", true));

        story.Select(line => (line.Kind, line.Text)).Skip(1).SkipLast(1).Should().Equal(
            ("person", "the campaign is to rest now, asked for by ada: a visitor"),
            ("person", "the campaign is not to rest after all: bo: gone"),
            ("person", "no more trials are to begin: bo: enough"));
    }

    private static ImmutableArray<StoryLine> Of(params LabEvent[] events) => TrialStory.Of([.. events.Select((happened, k) => new LedgerEntry(k + 1, "c", Start.AddSeconds(k + 1), happened, ""))], 7);

    private static ActionIntended Intended(int attempt) => new(ActionId.Derive("c", 7, "dose", 0, attempt), 7, "dose", 0, "pump-a", "dispense", ImmutableSortedDictionary<string, Quantity>.Empty, Start);

    private static ActionEnded Ended(ActionIntended intent, Repetition? repetition) =>
        new(intent.Action, 7, "dose", 0, new ResultFrame(intent.Action, ActionStatus.Failed, CauseCode.HardwareFault, "broken", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Start, Start, 1), repetition);
}
