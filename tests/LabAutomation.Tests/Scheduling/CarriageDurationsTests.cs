using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Scheduling;

/// <summary>An arm that takes longer than the lab's file says.</summary>
public sealed class CarriageDurationsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 0, 0, TimeSpan.Zero);

    private static readonly LabStations Lab = new([new("arm", "arm", null), new("other arm", "carrier", null)])
    {
        Transports = [new("arm", "transfer", ["bench", "table"], TimeSpan.FromSeconds(20)), new("other arm", "transfer", ["bench", "table"], TimeSpan.FromSeconds(30))],
    };

    [Fact]
    public void Until_one_was_seen_it_takes_what_the_lab_says()
    {
        var durations = new CarriageDurations(Lab);

        durations.Of("arm").TotalSeconds.Should().Be(20);
        durations.Known.Should().BeEmpty();
    }

    [Fact]
    public void What_carriages_took_is_what_the_next_is_expected_to_and_the_longest_is_what_it_may()
    {
        var durations = new CarriageDurations(Lab);

        foreach (var seconds in new[] { 40, 60 }) durations.Learn(Carried("arm", seconds));

        durations.Of("arm").TotalSeconds.Should().Be(50);
        durations.Known["arm"].Longest.Should().Be(TimeSpan.FromSeconds(60).Ticks);
        durations.Of("other arm").TotalSeconds.Should().Be(30);
    }

    [Fact]
    public void What_failed_or_is_no_carriage_teaches_nothing()
    {
        var durations = new CarriageDurations(Lab);

        durations.Learn(Carried("arm", 1, ActionStatus.Failed));
        durations.Learn(Carried("arm", 1) with { IsCarriage = false });

        durations.Known.Should().BeEmpty();
    }

    /// <summary>The lab was without power in between.</summary>
    [Fact]
    public void What_was_cut_off_in_between_says_nothing_either()
    {
        var durations = new CarriageDurations(Lab with { Learnt = Learnt(("arm", 1, 25), ("arm", 2, 13_000)) });

        durations.Learn(Carried("arm", 12_000));

        durations.Of("arm").TotalSeconds.Should().Be(25);
    }

    [Fact]
    public void What_is_on_record_of_earlier_campaigns_counts_from_the_beginning()
    {
        var learnt = Learnt(("other arm", 1, 70));

        new CarriageDurations(Lab with { Learnt = learnt }).Of("other arm").TotalSeconds.Should().Be(70);
    }

    [Fact]
    public void A_plan_carries_for_as_long_as_it_takes()
    {
        var move = Scheduler.Plan(Bench([]) with { Carriages = Takes(3, 3) }, Now)[new TaskKey("sample", "measure")]!.Move!;

        (move.End - move.Start).TotalMinutes.Should().Be(3);
    }

    /// <summary>The arm has the other sample in hand.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(10, 8)]
    public void A_hold_of_which_the_carriage_is_a_part_begins_when_the_arm_is_free_in_any_case(int longest, int starts)
    {
        var state = Bench([new SchedulingEvent.MoveStarted(new TaskKey("other", "measure"), "table", "arm", Now)]) with { Carriages = Takes(1, longest) };

        (Scheduler.Plan(state, Now)[new TaskKey("sample", "mix")]!.Start - Now).TotalMinutes.Should().Be(starts);
    }

    /// <summary>It may take longer than there is time before the sample that is being mixed has to be carried.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(10, 3)]
    public void Nothing_is_carried_before_a_sample_that_is_waited_for_if_that_might_keep_the_arm_too_long(int longest, int carried)
    {
        var state = Bench([new SchedulingEvent.TaskStarted(new TaskKey("sample", "mix"), 0, Now)]) with { Carriages = Takes(1, longest) };

        (Scheduler.Plan(state, Now)[new TaskKey("other", "measure")]!.Move!.Start - Now).TotalMinutes.Should().Be(carried);
    }

    [Fact]
    public void What_failed_to_be_carried_is_not_carried_before_it_is_tried_again_and_may_start_when_it_has_come()
    {
        var job = new Job("late", "ada", [Task("measure", "second meter", 5, "table") with { NotCarriedBefore = Now.AddMinutes(10) }]) { SamplesAt = At("bench") };
        var plan = Scheduler.Plan(Bench([]).With(new SchedulingEvent.JobAdded(job)) with { Carriages = Takes(4, 4) }, Now)[new TaskKey("late", "measure")]!;

        (plan.Move!.Start, plan.Start).Should().Be((Now.AddMinutes(10), Now.AddMinutes(14)));
        plan.Why.Kind.Should().Be(WaitKind.NotBefore);
    }

    private static SchedulingState Bench(SchedulingEvent[] events)
    {
        var layout = new LabLayout([new LabResource("mixer", "mixer"), new LabResource("meter", "meter"), new LabResource("second meter", "second meter"), new LabResource("arm", "arm")], [new LabLocation("bench", 9), new LabLocation("table", 9)], [new Route("bench", "table", TimeSpan.FromMinutes(1), ["arm"])]);
        var sample = new Job("sample", "ada", [Task("mix", "mixer", 2, "bench"), Task("measure", "meter", 5, "table") with { After = [new Predecessor("mix", TimeSpan.FromMinutes(5))] }]);
        var other = new Job("other", "bob", [Task("measure", "second meter", 5, "table")]) { SamplesAt = At("bench") };
        return events.Prepend(new SchedulingEvent.JobAdded(other)).Prepend(new SchedulingEvent.JobAdded(sample)).Aggregate(SchedulingState.Of(layout), (state, happened) => state.With(happened));
    }

    private static JobTask Task(string name, string need, int minutes, string location) => new(name, [new Way([new Need(need)], TimeSpan.FromMinutes(minutes), location)]) { Sample = "sample" };

    private static ImmutableSortedDictionary<string, string> At(string location) => ImmutableSortedDictionary<string, string>.Empty.Add("sample", location);

    private static ImmutableDictionary<string, (long Expected, long Longest)> Takes(int expected, int longest) =>
        ImmutableDictionary<string, (long Expected, long Longest)>.Empty.Add("arm", (TimeSpan.FromMinutes(expected).Ticks, TimeSpan.FromMinutes(longest).Ticks));

    private static SchedulerMessage.Concluded Carried(string arm, int seconds, ActionStatus status = ActionStatus.Succeeded)
    {
        var action = ActionId.Derive("c", seconds, "measure", ActionPlace.Carry, 1);
        return new SchedulerMessage.Concluded("c", arm, action, Result(action, seconds, status), Now) { IsCarriage = true };
    }

    private static LearntDurations Learnt(params (string Arm, int Trial, int Seconds)[] carriages)
    {
        ActionIntended[] intents = [.. carriages.Select(one => new ActionIntended(ActionId.Derive("c", one.Trial, "measure", -1, 1), one.Trial, "measure", ActionPlace.Carry, one.Arm, "transfer", ImmutableSortedDictionary<string, Quantity>.Empty.Add("from", new Quantity(1, Unit.One)), Now, 2))];
        return LearntDurations.Of(intents, intents.Zip(carriages, (intent, one) => new ActionEnded(intent.Action, one.Trial, "measure", ActionPlace.Carry, Result(intent.Action, one.Seconds, ActionStatus.Succeeded))), Lab);
    }

    private static ResultFrame Result(ActionId action, int seconds, ActionStatus status) =>
        new(action, status, CauseCode.Success, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Now, Now.AddSeconds(seconds), 1);
}
