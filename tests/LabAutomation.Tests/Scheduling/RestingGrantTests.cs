using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>What is granted beside campaigns that rest, and what those hear who wait for them.</summary>
public sealed class RestingGrantTests : SynthesisStage
{
    [Fact]
    public void A_campaign_that_rests_begins_nothing_and_its_sample_keeps_its_place()
    {
        Propose("a", 700);
        Do(Plan().Single());
        _campaigns["a"].Rest();
        Pass(TimeSpan.FromMinutes(1));
        Propose("b", 700);

        Plan().Should().BeEmpty();
        _schedule.Followed!.Unplanned.Should().Contain(left => left.Task.Job == "b/1" && left.Why.Kind == WaitKind.Blocked);
    }

    [Fact]
    public void Who_waits_for_a_campaign_that_rests_hears_so_even_where_that_one_has_left_something_running()
    {
        Propose("a", 700);
        Do(Plan().Single());
        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare());
        Propose("b", 700);

        Plan().Should().BeEmpty();
        _schedule.Obstructed().Should().ContainSingle().Which.Should().Be(("b", "its trials wait for a, at rest with samples in their way; nothing else goes on in the lab"));
    }

    /// <summary>What answers when the program has started may be over, with a hold that runs.</summary>
    [Fact]
    public void Nothing_begins_a_hold_before_what_was_under_way_at_a_restart_has_answered_and_a_hold_that_runs_goes_on()
    {
        Propose("a", 700);
        Do("a", Plan().Single());
        Pass(TimeSpan.FromMinutes(1));
        Do("a", Plan().Should().ContainSingle().Which.Should().BeOfType<Grant.Carry>().Which);
        Pass(TimeSpan.FromMinutes(1));
        _schedule.Declare(_campaigns["a"].Declare() with { AwaitsEarlier = true }).Should().BeTrue();
        Plan().Should().BeEmpty("the sample stands in the furnace, and a hold begins with its heating");

        _now += TimeSpan.FromSeconds(3);
        _schedule.Declare(_campaigns["a"].Declare()).Should().BeTrue();
        var heat = Plan().Should().ContainSingle().Which;
        heat.Step.Should().Be("heat");
        heat.Waited.Should().Equal(new StepWait(_now.AddSeconds(-3), HoldStart.Why));

        Do("a", heat);
        Pass(TimeSpan.FromHours(4), isHeated: true);
        _schedule.Declare(_campaigns["a"].Declare() with { AwaitsEarlier = true });
        Plan().Should().ContainSingle("the hold runs").Which.Should().BeOfType<Grant.Carry>().Which.Step.Should().Be("measure");
    }

    [Fact]
    public void Who_cannot_begin_for_what_follows_hears_why_that_cannot()
    {
        var text = Synthesis.Replace("constants: { target: 1 }\n", "", StringComparison.Ordinal).Replace("=target", "=warmth", StringComparison.Ordinal)
            .Replace("  - step: heat\n    actions: [ { instrument: furnace, command: heat, with: { temperature: =warmth, duration: 4 h } } ]\n", "", StringComparison.Ordinal);
        foreach (var campaign in (string[])["a", "b"]) _campaigns[campaign] = new DeclaringCampaign(campaign, text, Lab, _now);
        Propose("a", 700);
        foreach (var _ in (string[])["dose", "to the eye", "measure"])
        {
            Do("a", Plan().Single());
            Pass(TimeSpan.FromMinutes(1));
        }

        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare());
        Propose("b", 700);
        _schedule.Declare(_campaigns["b"].Declare() with { WantsRest = true });

        Plan().Should().BeEmpty();
        _schedule.Obstructed().Should().Equal([("b", "'dose' of b/1 cannot begin: 'measure' could not be done after it, since eye is taken by a sample that cannot leave")]);
    }

    [Fact]
    public void What_waits_for_itself_elsewhere_does_not_silence_that()
    {
        Propose("a", 700);
        Do(Plan().Single());
        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare());
        Propose("b", 700);
        Propose("c", 700);
        _campaigns["c"].Hold();
        _schedule.Declare(_campaigns["c"].Declare());

        Plan().Should().BeEmpty();
        _schedule.Obstructed().Select(one => one.Campaign).Should().Equal(["b"], "c begins when it is let go");

        _schedule.Declare(_campaigns["c"].Declare() with { Trials = [], ComesBack = true });
        Plan().Should().BeEmpty();
        _schedule.Obstructed().Select(one => one.Campaign).Should().Equal("b");

        _campaigns["c"].LetGo();
        var wanting = _campaigns["c"].Declare();
        _schedule.Supply = ImmutableSortedDictionary<string, double>.Empty.Add("ceria", 1);
        _schedule.Declare(wanting with { Trials = [.. wanting.Trials.Select(trial => trial with { Draws = [Ceria("dose", 5)] })] });
        Plan().Should().BeEmpty();
        _schedule.Short.Should().ContainSingle().Which.Campaign.Should().Be("c");
        _schedule.Obstructed().Select(one => one.Campaign).Should().Equal(["b"], "c begins when somebody has refilled");
    }

    [Fact]
    public void Who_waits_for_a_sample_of_a_campaign_that_comes_back_need_not_rest()
    {
        Propose("a", 700);
        Do(Plan().Single());
        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare() with { ComesBack = true });
        Propose("b", 700);

        Plan().Should().BeEmpty();
        _schedule.Obstructed().Should().BeEmpty();
    }

    [Fact]
    public void A_sample_whose_carriage_was_given_up_is_carried_away_once_and_keeps_both_its_places_meanwhile()
    {
        Propose("a", 700);
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));
        Do(Plan().Should().ContainSingle().Which.Should().BeOfType<Grant.Carry>().Which);
        _campaigns["a"].Lose();
        _campaigns["a"].GiveUp();
        _campaigns["a"].Happens(new CampaignResumed("lab resume"), _now);
        _schedule.Declare(_campaigns["a"].Declare());

        var away = Plan().Should().ContainSingle().Which.Should().BeOfType<Grant.Carry>().Which;
        (away.Step, away.From, away.To).Should().Be(("store", 1, 99));
        Do(away);

        Plan().Should().BeEmpty("it is on its way");
        _campaigns["a"].Declare().Trials.Should().ContainSingle().Which.Sample.Should().Be(new SampleStanding("doser", 1, "bin", 99, "arm", _now) { MayBeAt = 11 });

        _campaigns["a"].FindNone(_now);
        _campaigns["a"].Happens(new CampaignResumed("lab resume"), _now);
        _schedule.Declare(_campaigns["a"].Declare());
        Plan().Should().ContainSingle("it is not there, and so it was put down").Which.Should().BeOfType<Grant.Carry>().Which.From.Should().Be(11);
    }

    [Fact]
    public void A_sample_that_a_hand_took_stands_nowhere_and_its_trial_is_over()
    {
        Propose("a", 700);
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));
        Do(Plan().Should().ContainSingle().Which.Should().BeOfType<Grant.Carry>().Which);
        _campaigns["a"].Lose();
        Propose("b", 800);
        _schedule.Declare(_campaigns["a"].Declare());
        Plan().Should().BeEmpty("nobody knows where the sample is, and both its places are taken");

        _campaigns["a"].GiveUp();
        _campaigns["a"].Happens(new SampleTaken(1, "arm", "ada", "it hung in the gripper"), _now);
        _campaigns["a"].Happens(new CampaignResumed("lab resume"), _now);
        _schedule.Declare(_campaigns["a"].Declare());

        Plan().Should().ContainSingle().Which.Step.Should().Be("dose");
        _campaigns["a"].Next(_now).First().Should().BeOfType<NextStep.Record>().Which.Event.Should().Be(new TrialAbandoned(1, "its sample is lost: ada took it by hand from arm: it hung in the gripper"));
    }
}
