using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Campaigns.Errors;

/// <summary>Whether another instrument can do something in a lab in which samples are carried: it must be where the others of its step are.</summary>
public sealed class SubstituteTests
{
    private const string File = """
        campaign: apart
        goal: { minimise: colour_difference, until: { trials: 4 } }
        parameters:
          amount: { kind: real, low: 0.1 mL, high: 1 mL }
        workflow:
          - step: fill
            actions:
              - { instrument: pump, command: dispense, with: { volume: =amount, rate: 6 mL/min } }
          - step: measure
            errors: [ { on: any, do: substitute } ]
            actions:
              - { instrument: lamp, command: shine, with: { level: 1 } }
              - { instrument: eye, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading }
          - step: store
            always: true
            at: bin
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: colour_difference }
        planner: { kind: random }
        """;

    private static readonly ImmutableSortedDictionary<string, Quantity> Nothing = ImmutableSortedDictionary<string, Quantity>.Empty;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("left", true)]
    [InlineData("right", false)]
    public void It_serves_only_where_the_other_instruments_of_the_step_are(string otherEye, bool serves)
    {
        var lab = Lab(new PlacedInstrument("eye-2", "eye", null, otherEye));
        var state = Failed(lab);

        var chosen = new TrialErrors(state, lab.For(state.Plan), Now).Decide(state.UnderWay.Single())!;

        (chosen.Reaction == Reaction.Substitute).Should().Be(serves);
        if (!serves) chosen.Passed!.Value.Single().Should().Be("step 'measure' rule 1 (substitute): nothing else in the lab can do it");
        WaysAfter(state, chosen, lab).Should().Equal(serves ? "lamp eye-2" : "lamp eye-1");
    }

    [Fact]
    public void A_record_in_which_nothing_is_left_to_serve_leaves_the_step_with_what_it_had()
    {
        var lab = Lab(new PlacedInstrument("eye-2", "eye", null, "right"));
        var state = Failed(lab);
        var failed = state.UnderWay.Single().Actions.Values.Single(action => action.Result is { Status: ActionStatus.Failed }).Intent;

        WaysAfter(state, new ReactionChosen(failed.Action, 1, failed.Step, failed.Index, "eye-1", Reaction.Substitute, "campaign rule 1", "on any: substitute"), lab).Should().Equal("lamp eye-1");
    }

    private static LabStations Lab(PlacedInstrument other) =>
        new([new("pump", "pump", null, "left"), new("lamp", "lamp", null, "left"), new("eye-1", "eye", null, "left"), other, new("arm", "arm", null)])
        {
            Locations = [new("left", [1]), new("right", [2]), new("bin", [9], IsOutlet: true)],
            Transports = [new("arm", "transfer", ["left", "right", "bin"], TimeSpan.FromSeconds(40))],
        };

    /// <summary>The lamp shines, and the eye fails.</summary>
    private static CampaignState Failed(LabStations lab)
    {
        var plan = CampaignFile.Parse(File, "apart.yaml");
        var state = new CampaignState("apart-1", plan, new CampaignStarted("apart.yaml", File, "", 1, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty), Now)
            .Apply(new TrialProposed(1, new TrialValues([new("amount", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test"), Now);
        foreach (var (step, index, instrument, status) in new[] { ("fill", 0, "pump", ActionStatus.Succeeded), ("measure", 0, "lamp", ActionStatus.Succeeded), ("measure", 1, "eye-1", ActionStatus.Failed) })
        {
            var action = ActionId.Derive("apart-1", 1, step, index, 1);
            state = state.Apply(new ActionIntended(action, 1, step, index, instrument, "work", Nothing, Now, At: 1), Now)
                .Apply(new ActionEnded(action, 1, step, index, new ResultFrame(action, status, status == ActionStatus.Failed ? CauseCode.HardwareFault : CauseCode.Success, "broken", true, Nothing, [], Now, Now, 1), status == ActionStatus.Failed ? Repetition.TwiceIsOnce : null), Now);
        }

        return state;
    }

    /// <summary>The instruments of the step, by its ways.</summary>
    private static IEnumerable<string> WaysAfter(CampaignState state, ReactionChosen chosen, LabStations lab)
    {
        var after = state.Apply(chosen, Now);
        return TrialJob.Of(after, after.UnderWay.Single(), lab.For(after.Plan), ending: null).Steps.Single(step => step.Step.Name == "measure").Ways.Select(way => string.Join(' ', way.Needs.Select(need => need.Of)));
    }
}
