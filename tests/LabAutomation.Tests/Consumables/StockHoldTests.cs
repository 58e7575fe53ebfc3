using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Consumables;

/// <summary>Which trials may begin with what there is.</summary>
public sealed class StockHoldTests
{
    private static readonly LayoutIndex Layout = new(new LabLayout([new LabResource("pump", "pump")]));

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

    private static (JobProgress, TrialWork, string) Resting(int number, double draws)
    {
        var job = new Job($"a/{number}", "a", [new JobTask(LabSchedule.Person, [new Way([new Need("pump")], TimeSpan.FromMinutes(1))])]);
        var work = new TrialWork(number, job, [default], default) { HasBegun = true, Draws = [Amounts.None.Plus("cyan", draws)] };
        return (new JobProgress(JobShape.Of(job, Layout), number, [new TaskProgress(TaskPhase.Waiting, 0, 0, 0)], []), work, "a");
    }

    private static ImmutableSortedDictionary<string, double> There(params (string Name, double Amount)[] amounts) => amounts.ToImmutableSortedDictionary(one => one.Name, one => one.Amount, StringComparer.Ordinal);

    private static (JobProgress, TrialWork, string) Trial(int number, double[] draws, params TaskPhase[] phases) => Trial(number, draws, "cyan", phases);

    private static (JobProgress, TrialWork, string) Trial(int number, double[] draws, string consumable, params TaskPhase[] phases)
    {
        var job = new Job($"a/{number}", "a", [.. draws.Select((_, k) => new JobTask($"step-{k}", [new Way([new Need("pump")], TimeSpan.FromMinutes(1))]) { After = k == 0 ? [] : [new Predecessor($"step-{k - 1}")] })]);
        var progress = new JobProgress(JobShape.Of(job, Layout), number, [.. draws.Select((_, k) => new TaskProgress(k < phases.Length ? phases[k] : TaskPhase.Waiting, 0, 0, 0))], []);
        var work = new TrialWork(number, job, [.. draws.Select((_, k) => new TaskStanding(k < phases.Length ? phases[k] : TaskPhase.Waiting))], default) { Draws = [.. draws.Select(draw => draw == 0 ? Amounts.None : Amounts.None.Plus(consumable, draw))] };
        return (progress, work, "a");
    }
}
