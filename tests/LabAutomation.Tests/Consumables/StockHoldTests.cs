using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Consumables;

/// <summary>Which trials may begin with what there is.</summary>
public sealed class StockHoldTests
{
    private static readonly LayoutIndex Layout = new(new LabLayout([new LabResource("pump", "pump"), new LabResource("left", "left"), new LabResource("right", "right")]));
    private static readonly string[] Bottles = ["left", "right"];

    [Fact]
    public void A_trial_that_would_overdraw_waits_and_others_go_on()
    {
        var hold = new StockHold(There(("cyan", 3)), [Trial(1, [2.5, 0]), Trial(2, [1, 0]), Trial(3, [0.5, 0])]);

        hold.Short.Should().Equal(new ShortTrial("a", 2, "cyan", 1, 0.5));
        hold.Held.Select(task => task.ToString()).Should().BeEquivalentTo(new TaskKey("a/2", "step-0").ToString(), new TaskKey("a/2", "step-1").ToString());
    }

    [Fact]
    public void What_has_begun_keeps_what_its_later_steps_will_draw()
    {
        var hold = new StockHold(There(("cyan", 3)), [Trial(2, [1]), Trial(1, [0, 2.5], TaskPhase.Done)]);

        hold.Short.Should().ContainSingle().Which.Should().Be(new ShortTrial("a", 2, "cyan", 1, 0.5));
    }

    [Fact]
    public void What_is_granted_and_not_on_record_yet_is_as_good_as_drawn() =>
        new StockHold(There(("cyan", 3)), [Trial(1, [2.5], TaskPhase.Running), Trial(2, [1])]).Short.Should().ContainSingle().Which.Trial.Should().Be(2);

    [Fact]
    public void A_trial_that_rests_keeps_what_it_is_still_to_draw_and_is_not_told_that_it_waits_for_it()
    {
        var resting = Resting(1, 2.5);

        new StockHold(There(("cyan", 3)), [Trial(2, [1]), resting]).Short.Should().ContainSingle().Which.Should().Be(new ShortTrial("a", 2, "cyan", 1, 0.5));
        var hold = new StockHold(There(("cyan", 1)), [resting]);
        hold.Short.Should().BeEmpty("it waits for a person");
        hold.Held.Should().BeEmpty();
    }

    [Fact]
    public void What_cleans_up_after_a_trial_that_has_begun_comes_before_what_begins()
    {
        var (job, work, campaign) = Trial(1, [2.5]);

        new StockHold(There(("cyan", 3)), [Trial(2, [1]), (job, work with { HasBegun = true }, campaign)]).Short.Should().ContainSingle().Which.Trial.Should().Be(2);
    }

    [Fact]
    public void A_step_of_what_has_begun_waits_where_less_was_counted_than_was_reserved()
    {
        var hold = new StockHold(There(("cyan", 1)), [Trial(1, [0, 2.5], TaskPhase.Done), Trial(2, [0.5])]);

        hold.Held.Should().BeEquivalentTo([new TaskKey("a/1", "step-1"), new TaskKey("a/2", "step-0")], "who comes first is served first");
    }

    [Fact]
    public void What_nobody_counts_is_never_short() => new StockHold(There(("cyan", 1)), [Trial(1, [5], consumable: "water")]).Short.Should().BeEmpty();

    [Fact]
    public void The_last_drop_may_be_drawn_whatever_the_rounding() => new StockHold(There(("cyan", 0.1 + 0.2)), [Trial(1, [0.3])]).Short.Should().BeEmpty();

    [Fact]
    public void However_trials_come_and_end_no_more_is_granted_than_there_is()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (supply, drawn, trials) = (10.0, 0.0, new List<(int Number, double[] Draws, int Next)>());
            for (var turn = 0; turn < 60; turn++)
            {
                if (trials.Count < 5) trials.Add((turn + 1, [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Math.Round(random.NextDouble() * 3, 3))], 0));
                if (random.Next(8) == 0) supply += 5 * random.NextDouble();
                var hold = new StockHold(There(("cyan", supply - drawn)), trials.Select(one => Trial(one.Number, [.. one.Draws.Select((draw, k) => k < one.Next ? 0 : draw)], [.. one.Draws.Select((_, k) => k < one.Next ? TaskPhase.Done : TaskPhase.Waiting)])));
                var held = hold.Held.ToHashSet();
                foreach (var one in trials.ToArray())
                {
                    if (held.Contains(new TaskKey($"a/{one.Number}", $"step-{one.Next}")) || random.Next(3) == 0) continue;
                    drawn += one.Draws[one.Next];
                    trials.Remove(one);
                    if (one.Next + 1 < one.Draws.Length) trials.Add(one with { Next = one.Next + 1 });
                }

                drawn.Should().BeLessThanOrEqualTo(supply + 1e-9, $"seed {seed}");
                trials.Where(one => one.Next > 0 && held.Contains(new TaskKey($"a/{one.Number}", $"step-{one.Next}"))).Should().BeEmpty("what has begun can go on to its end");
            }
        }
    }

    [Fact]
    public void Where_either_of_two_will_do_the_bottle_of_one_is_reserved_and_the_other_is_left_to_others()
    {
        var hold = new StockHold(There(("left", 3), ("right", 3)), [Either(1, [2.5]), Either(2, [2.5])]);

        hold.Short.Should().BeEmpty("there is a bottle for each");
        hold.Shut.Should().BeEquivalentTo([new TaskWay(new TaskKey("a/1", "step-0"), 1), new TaskWay(new TaskKey("a/2", "step-0"), 0)], "each keeps to its own");
        new StockHold(There(("left", 3), ("right", 3)), [Either(1, [2.5]), Either(2, [2.5]), Either(3, [2.5])]).Short.Should().ContainSingle().Which.Trial.Should().Be(3);
    }

    [Fact]
    public void Where_there_is_enough_for_all_either_may_be_taken() => new StockHold(There(("left", 5), ("right", 5)), [Either(1, [2.5]), Either(2, [2.5])]).Shut.Should().BeEmpty();

    [Fact]
    public void What_was_reserved_before_stays_reserved_whoever_comes_first_now()
    {
        var before = new StockHold(There(("left", 3), ("right", 3)), [Either(1, [1, 2], done: 1), Either(2, [1, 2], done: 1)]).Chosen;

        new StockHold(There(("left", 3), ("right", 3)), [Either(2, [1, 2], done: 1), Either(1, [1, 2], done: 1)], before).Chosen.Should().BeEquivalentTo(before);
    }

    [Fact]
    public void The_bottle_of_one_that_works_comes_before_that_of_one_that_does_not() =>
        new StockHold(There(("left", 3), ("right", 3)), [Either(1, [2.5])], isOut: instrument => instrument == "left").Chosen.Should().ContainSingle().Which.Value.By.Should().Equal("right");

    [Fact]
    public void What_can_only_be_drawn_from_one_is_left_to_it_by_the_other_steps_of_a_trial()
    {
        var (job, work, campaign) = Either(1, [2, 2]);

        new StockHold(There(("left", 3), ("right", 3)), [(job, work with { Draws = [work.Draws[0], Step("step-1", [("", 2)], "left")] }, campaign)]).Short.Should().BeEmpty();
    }

    [Fact]
    public void However_trials_with_a_choice_come_and_end_no_bottle_is_overdrawn_and_what_has_begun_goes_on()
    {
        var both = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var (left, chosen, trials) = (Bottles.ToDictionary(bottle => bottle, _ => 5.0), default(IReadOnlyDictionary<TaskKey, WayDraws>), new List<(int Number, double[] Draws, int Next)>());
            for (var turn = 0; turn < 60; turn++)
            {
                if (trials.Count < 5) trials.Add((turn + 1, [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => Math.Round(random.NextDouble() * 3, 3))], 0));
                if (random.Next(8) == 0) left[Bottles[random.Next(2)]] += 5 * random.NextDouble();
                var hold = new StockHold(There([.. left.Select(one => (one.Key, one.Value))]), trials.OrderBy(_ => random.Next()).Select(one => Either(one.Number, one.Draws, one.Next)), chosen);
                var (held, shut, next) = (hold.Held.ToHashSet(), hold.Shut.ToHashSet(), new Dictionary<TaskKey, WayDraws>(hold.Chosen));
                trials.Where(one => one.Next > 0 && held.Contains(new TaskKey($"a/{one.Number}", $"step-{one.Next}"))).Should().BeEmpty($"what has begun can go on to its end (seed {seed}, turn {turn})");
                foreach (var one in trials.ToArray())
                {
                    var key = new TaskKey($"a/{one.Number}", $"step-{one.Next}");
                    if (held.Contains(key) || random.Next(3) == 0) continue;
                    int[] open = [.. Enumerable.Range(0, 2).Where(way => !shut.Contains(new TaskWay(key, way)))];
                    if (open.Length == 2) both++;
                    left[Bottles[open[random.Next(open.Length)]]] -= one.Draws[one.Next];
                    trials.Remove(one);
                    if (one.Next + 1 < one.Draws.Length) trials.Add(one with { Next = one.Next + 1 });
                }

                left.Values.Should().OnlyContain(amount => amount > -1e-9, $"seed {seed}, turn {turn}");
                chosen = next;
            }
        }

        both.Should().BeGreaterThan(200, "both ways were open often enough for the test to mean something");
    }

    [Fact]
    public void A_trial_without_a_station_has_all_of_it_reserved_at_one_where_there_is_enough()
    {
        var hold = new StockHold(There(("left", 1.5), ("right", 5)), [Free(1, [1, 1])]);

        hold.Short.Should().BeEmpty();
        hold.Chosen.Values.Select(way => way.By.Single()).Should().Equal("right", "right");
        hold.Shut.Should().Equal(new TaskWay(new TaskKey("a/1", "step-0"), 0));
        new StockHold(There(("left", 3), ("right", 5)), [Free(1, [1, 1])]).Shut.Should().BeEmpty("it may go to either");
        new StockHold(There(("left", 1.5), ("right", 1.5)), [Free(1, [1, 1])]).Short.Should().ContainSingle("half of it here and half there is no trial");
    }

    [Fact]
    public void What_a_trial_draws_of_the_same_wherever_it_is_made_is_reserved_once()
    {
        static (JobProgress, TrialWork, string) Same(int number)
        {
            var (progress, work, campaign) = Free(number, [1, 1]);
            return (progress, work with { Draws = [Step("step-0", [("", 1)]), Step("step-1", [("", 1)])] }, campaign);
        }

        var hold = new StockHold(There(("cyan", 5)), [Same(1), Same(2)]);

        hold.Short.Should().BeEmpty();
        hold.Shut.Should().BeEmpty("each may go to either, and draws no more for that");
        new StockHold(There(("cyan", 3)), [Same(1), Same(2)]).Short.Should().ContainSingle().Which.Trial.Should().Be(2);
    }

    /// <summary>Like <see cref="Either"/>, with each pump at a station of its own.</summary>
    private static (JobProgress, TrialWork, string) Free(int number, double[] draws)
    {
        var (_, work, campaign) = Either(number, draws);
        var job = new Job($"a/{number}", "a", [.. work.Job.Tasks.Select(task => task with { Sample = "sample", Ways = [.. task.Ways.Select((way, k) => way with { Location = Bottles[k] })] })]);
        var layout = new LayoutIndex(Layout.Layout with { Locations = [.. Bottles.Select(bottle => new LabLocation(bottle))] });
        return (new JobProgress(JobShape.Of(job, layout), number, [.. draws.Select(_ => default(TaskProgress))], [new SampleProgress(-1)]), work with { Job = job, IsFree = true }, campaign);
    }

    private static (JobProgress, TrialWork, string) Resting(int number, double draws)
    {
        var job = new Job($"a/{number}", "a", [new JobTask(LabSchedule.Person, [new Way([new Need("pump")], TimeSpan.FromMinutes(1))])]);
        var work = new TrialWork(number, job, [default], default) { HasBegun = true, Draws = [Step("measure", [("", draws)])] };
        return (new JobProgress(JobShape.Of(job, Layout), number, [new TaskProgress(TaskPhase.Waiting, 0, 0, 0)], []), work, "a");
    }

    private static ImmutableSortedDictionary<string, double> There(params (string Name, double Amount)[] amounts) => amounts.ToImmutableSortedDictionary(one => one.Name, one => one.Amount, StringComparer.Ordinal);

    private static (JobProgress, TrialWork, string) Trial(int number, double[] draws, params TaskPhase[] phases) => Trial(number, draws, "cyan", phases);

    private static (JobProgress, TrialWork, string) Trial(int number, double[] draws, string consumable, params TaskPhase[] phases)
    {
        var job = new Job($"a/{number}", "a", [.. draws.Select((_, k) => new JobTask($"step-{k}", [new Way([new Need("pump")], TimeSpan.FromMinutes(1))]) { After = k == 0 ? [] : [new Predecessor($"step-{k - 1}")] })]);
        var progress = new JobProgress(JobShape.Of(job, Layout), number, [.. draws.Select((_, k) => new TaskProgress(k < phases.Length ? phases[k] : TaskPhase.Waiting, 0, 0, 0))], []);
        var work = new TrialWork(number, job, [.. draws.Select((_, k) => new TaskStanding(k < phases.Length ? phases[k] : TaskPhase.Waiting))], default) { Draws = [.. draws.Select((draw, k) => Step($"step-{k}", [("", draw)], consumable))] };
        return (progress, work, "a");
    }

    /// <summary>A trial of one step for each amount, which either of two pumps with a bottle of its own can do.</summary>
    private static (JobProgress, TrialWork, string) Either(int number, double[] draws, int done = 0)
    {
        var job = new Job($"a/{number}", "a", [.. draws.Select((_, k) => new JobTask($"step-{k}", [.. Bottles.Select(bottle => new Way([new Need(bottle)], TimeSpan.FromMinutes(1)))]) { After = k == 0 ? [] : [new Predecessor($"step-{k - 1}")] })]);
        var phases = draws.Select((_, k) => k < done ? TaskPhase.Done : TaskPhase.Waiting).ToArray();
        var work = new TrialWork(number, job, [.. phases.Select(phase => new TaskStanding(phase))], default)
        {
            HasBegun = done > 0,
            Draws = [.. draws.Select((draw, k) => new StepDraws($"step-{k}", [.. Bottles.Select(bottle => new WayDraws([bottle], Amounts.None.Plus(bottle, draw)))])).Skip(done)],
        };
        return (new JobProgress(JobShape.Of(job, Layout), number, [.. phases.Select(phase => new TaskProgress(phase, 0, 0, 0))], []), work, "a");
    }

    private static StepDraws Step(string name, (string By, double Amount)[] ways, string consumable = "cyan") =>
        new(name, [.. ways.Select(way => new WayDraws([way.By], Amounts.None.Plus(consumable, way.Amount)))]);
}
