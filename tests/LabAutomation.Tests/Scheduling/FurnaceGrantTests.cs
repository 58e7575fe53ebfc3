using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Scheduling;

/// <summary>What goes into which furnace with what, and when it is heated.</summary>
public sealed class FurnaceGrantTests : SynthesisStage
{
    [Fact]
    public void Any_furnace_serves_and_what_needs_the_same_but_comes_too_late_waits_where_it_is_in_nobodys_way()
    {
        foreach (var (campaign, warmth) in new[] { ("a", 700.0), ("b", 800) }) Propose(campaign, warmth);
        var (begun, all) = (new List<IReadOnlyList<(string, Grant)>>(), new List<(string Campaign, Grant Grant)>());
        for (var k = 0; k < 100; k++)
        {
            foreach (var together in _schedule.Plan(_now))
            {
                if (together[0].Grant is Grant.Begin { Step: "heat" }) begun.Add(together);
                all.AddRange(together);
                foreach (var (campaign, grant) in together) Do(campaign, grant);
            }

            Pass(TimeSpan.FromSeconds(30));
            if (begun.Count > 0 && !_campaigns.ContainsKey("c")) Propose("c", 700);
        }

        begun.Select(batch => batch.Select(one => one.Item1).Single()).Should().Equal("a", "b");
        begun.SelectMany(batch => batch).Should().OnlyContain(one => ((Grant.Begin)one.Item2).IsShared);
        all.Where(one => one.Campaign == "c").Select(one => one.Grant.Step).Should().Equal(["dose"], "a furnace that runs is not opened");
        _schedule.Followed!.Unplanned.Should().Contain(left => left.Task == new TaskKey("c/1", "heat"));
    }

    /// <summary>The plan that comes first to mind heats each as soon as it can, and the third four hours later.</summary>
    [Fact]
    public void Samples_that_need_the_same_are_heated_together_where_everything_ends_earlier_so()
    {
        foreach (var (campaign, warmth) in new[] { ("a", 700.0), ("b", 800), ("c", 700) }) Propose(campaign, warmth);
        var begun = new List<string>();
        for (var k = 0; k < 100; k++)
        {
            foreach (var together in _schedule.Plan(_now))
            {
                if (together[0].Grant is Grant.Begin { Step: "heat" }) begun.Add(string.Join(" and ", together.Select(one => one.Campaign).Order(StringComparer.Ordinal)));
                foreach (var (campaign, grant) in together) Do(campaign, grant);
            }

            Pass(TimeSpan.FromSeconds(30));
        }

        begun.Should().BeEquivalentTo("a and c", "b");
    }

    [Fact]
    public void Who_stands_in_a_furnace_with_a_sample_that_rests_hears_so_and_does_not_wait_for_ever()
    {
        var waiting = Lab with { Instruments = [.. Lab.Instruments.Select(instrument => instrument.IsBatch ? instrument with { FillFor = TimeSpan.FromMinutes(30) } : instrument)] };
        var schedule = new LabSchedule(waiting);
        foreach (var campaign in (string[])["a", "b"]) Propose(campaign, 700, schedule, waiting);
        var (isAtRest, heats) = (false, 0);
        for (var k = 0; k < 400; k++)
        {
            foreach (var (campaign, grant) in schedule.Plan(_now).SelectMany(together => together))
            {
                Do(campaign, grant, schedule);
                heats += grant is Grant.Begin { Step: "heat" } ? 1 : 0;
                if (isAtRest || grant is not Grant.Carry { Step: "heat" } || campaign != "b") continue;
                isAtRest = true;
                _campaigns["a"].Rest();
                schedule.Declare(_campaigns["a"].Declare());
            }

            Pass(TimeSpan.FromSeconds(30), schedule);
        }

        (isAtRest, heats).Should().Be((true, 0), "whatever stands in a furnace is heated, and one of the two rests");
        schedule.Obstructed().Select(one => one.Campaign).Should().Equal("b");
        schedule.Next.Should().BeNull("there is nothing to be looked at by the clock");
    }

    [Fact]
    public void A_furnace_that_waits_to_be_filled_begins_with_all_that_came_and_at_the_time_that_was_set()
    {
        var waiting = Lab with { Instruments = [.. Lab.Instruments.Select(instrument => instrument.IsBatch ? instrument with { FillFor = TimeSpan.FromMinutes(30) } : instrument)] };
        var schedule = new LabSchedule(waiting);
        foreach (var campaign in (string[])["a", "c"]) Propose(campaign, 700, schedule, waiting);
        var (since, heats) = (_now, new List<(DateTimeOffset At, int Members)>());
        for (var k = 0; k < 400 && heats.Count == 0; k++)
        {
            foreach (var together in schedule.Plan(_now))
            {
                if (together[0].Grant is Grant.Begin { Step: "heat" }) heats.Add((_now, together.Length));
                foreach (var (campaign, grant) in together) Do(campaign, grant, schedule);
            }

            Pass(TimeSpan.FromSeconds(10), schedule);
        }

        heats.Should().ContainSingle().Which.Members.Should().Be(2);
        (heats[0].At - since).Should().BeGreaterThan(TimeSpan.FromMinutes(25)).And.BeLessThan(TimeSpan.FromMinutes(45));
    }

    [Fact]
    public void What_stands_in_a_furnace_beside_a_sample_that_rests_does_not_begin_and_its_campaign_hears_so()
    {
        var lab = Lab with
        {
            Instruments = [.. Lab.Instruments.Where(instrument => instrument.Name != "furnace-b").Select(instrument => instrument.IsBatch ? instrument with { FillFor = TimeSpan.FromMinutes(30) } : instrument)],
            Locations = [.. Lab.Locations.Where(location => location.Name != "furnace-b")],
            Transports = [Lab.Transports[0] with { Between = ["doser", "furnace-a", "eye", "bin"] }],
        };
        var schedule = new LabSchedule(lab);
        foreach (var campaign in (string[])["a", "b"])
        {
            Propose(campaign, 700, schedule, lab);
            foreach (var _ in (string[])["dose", "to the furnace"])
            {
                Do(campaign, schedule.Plan(_now).Single().Single().Grant, schedule);
                Pass(TimeSpan.FromMinutes(1), schedule);
            }
        }

        _campaigns["a"].Rest();
        schedule.Declare(_campaigns["a"].Declare());
        Pass(TimeSpan.FromMinutes(40), schedule);

        schedule.Plan(_now).Should().BeEmpty("a's sample is not to be heated with it");
        schedule.Next.Should().BeNull();
        schedule.Obstructed().Should().Equal([("b", "its trials wait for a, at rest with samples in their way; nothing else goes on in the lab")]);

        Propose("c", 800, schedule, lab);
        Do("c", schedule.Plan(_now).Single().Single().Grant, schedule);
        schedule.Plan(_now).Should().BeEmpty();
        schedule.Obstructed().Should().BeEmpty("c is at work");

        schedule.Declare(_campaigns["b"].Declare() with { WantsRest = true }).Should().BeTrue();
        schedule.Plan(_now).Should().BeEmpty();
        schedule.Obstructed().Should().ContainSingle("whoever wants to rest need not wait for c").Which.Campaign.Should().Be("b");
    }

    [Fact]
    public void Who_may_not_enter_one_furnace_goes_to_the_other()
    {
        Propose("a", 700);
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));
        Do(Plan().Single());
        Pass(TimeSpan.FromMinutes(1));
        _campaigns["a"].Rest();
        _schedule.Declare(_campaigns["a"].Declare());
        Propose("b", 700);
        Do("b", Plan().Single());
        Pass(TimeSpan.FromMinutes(1));

        Plan().Should().ContainSingle().Which.Should().BeOfType<Grant.Carry>().Which.To.Should().Be(21, "a's sample is not to be heated with it");
    }

    [Fact]
    public void A_sample_does_not_go_where_it_and_another_would_be_in_each_others_way_for_ever()
    {
        var lab = Lab with { Instruments = [.. Lab.Instruments.Where(instrument => instrument.Name != "furnace-b")], Locations = [.. Lab.Locations.Where(location => location.Name != "furnace-b")], Transports = [Lab.Transports[0] with { Between = ["doser", "furnace-a", "eye", "bin"] }] };
        var schedule = new LabSchedule(lab);
        var text = Synthesis.Replace("  - step: heat", "  - step: look\n    actions: [ { instrument: eye, command: acquire, with: { integration: 50 ms } } ]\n  - step: heat", StringComparison.Ordinal);
        foreach (var campaign in (string[])["a", "b"]) _campaigns[campaign] = new DeclaringCampaign(campaign, text, lab, _now);
        Propose("a", 700, schedule, lab);
        foreach (var _ in (string[])["dose", "to the eye", "look", "to the furnace"])
        {
            Do("a", schedule.Plan(_now).Single().Single().Grant, schedule);
            Pass(TimeSpan.FromMinutes(1), schedule);
        }

        Propose("b", 700, schedule, lab);
        var steps = new List<string>();
        for (var k = 0; k < 12; k++)
        {
            foreach (var (campaign, grant) in schedule.Plan(_now).SelectMany(together => together))
            {
                steps.Add($"{campaign} {grant.Step}{(grant is Grant.Carry ? ": carry" : "")}");
                Do(campaign, grant, schedule);
            }

            Pass(TimeSpan.FromMinutes(1), schedule);
        }

        steps.Should().Equal(["a heat", "b dose"], "b's sample could not leave the eye: what is heated goes there next, and nothing is put beside it");
    }

    [Fact]
    public void A_step_keeps_to_the_furnace_whose_gas_is_reserved_for_it_where_there_is_not_enough_for_another()
    {
        Propose("a", 700);
        Propose("b", 700);
        _schedule.Supply = ImmutableSortedDictionary<string, double>.Empty.Add("gas-a", 1).Add("gas-b", 1);
        StepDraws either = new("heat", [.. new[] { "a", "b" }.Select(one => new WayDraws([$"furnace-{one}"], ImmutableSortedDictionary<string, double>.Empty.Add($"gas-{one}", 1)))]);
        foreach (var campaign in _campaigns.Values)
        {
            var declared = campaign.Declare();
            _schedule.Declare(declared with { Trials = [.. declared.Trials.Select(trial => trial with { Draws = [either] })] });
        }

        _schedule.Plan(_now);

        _schedule.Short.Should().BeEmpty("there is a furnace with gas for each");
        _schedule.Followed!.Tasks.Where(task => task.Task.Task == "heat").OrderBy(task => task.Task.Job, StringComparer.Ordinal).Select(task => task.Resources.Single()).Should().Equal("furnace-a", "furnace-b");
    }
}
