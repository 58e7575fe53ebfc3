using System.Collections.Immutable;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Tests.Consumables;

/// <summary>What is kept from one plan to the next makes no difference to what is reserved, held and shut.</summary>
public sealed class StockHoldLikenessTests
{
    private static readonly string[] Bottles = ["cyan", "magenta", "water", "waste"];
    private static readonly string[] Cells = ["north", "east", "south"];

    private static readonly LayoutIndex Layout = new(new LabLayout(
        [.. Cells.SelectMany(cell => new[] { new LabResource($"pump-{cell}", "pump"), new LabResource($"mixer-{cell}", "mixer") }), new LabResource("spare", "pump")], [.. Cells.Select(cell => new LabLocation(cell))], []));

    [Fact]
    public void It_says_the_same_as_when_all_of_it_is_worked_out_anew_whatever_comes_draws_and_goes_out()
    {
        var (held, shut, waited, chosen) = (0, 0, 0, 0);
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var (known, trials, before) = (new TrialStocks(), new List<(JobProgress Job, TrialWork Work, string Campaign)>(), default(IReadOnlyDictionary<TaskKey, WayDraws>));
            var left = Bottles.Where(_ => random.Next(8) > 0).ToDictionary(name => name, _ => 20 * random.NextDouble());
            Func<string, bool> isOut = _ => false;
            for (var turn = 0; turn < 25; turn++)
            {
                if (trials.Count < 8) trials.Add(Trial(turn, random));
                if (random.Next(3) == 0) left[Bottles[random.Next(Bottles.Length)]] = (25 * random.NextDouble()) - 3;
                if (random.Next(4) == 0) isOut = Out(random);
                var there = left.ToImmutableSortedDictionary(StringComparer.Ordinal);

                var quick = new StockHold(there, trials, before, isOut, known);
                var plain = new PlainStockHold(there, trials, before, isOut);

                var because = $"of seed {seed}, turn {turn}";
                quick.Held.ToHashSet().SetEquals(plain.Held).Should().BeTrue(because);
                quick.Shut.ToHashSet().SetEquals(plain.Shut).Should().BeTrue(because);
                quick.Short.Should().Equal(plain.Short, because);
                quick.Chosen.Keys.ToHashSet().SetEquals(plain.Chosen.Keys).Should().BeTrue(because);
                quick.Chosen.All(one => ReferenceEquals(plain.Chosen[one.Key], one.Value)).Should().BeTrue(because);
                (held, shut, waited, chosen) = (held + quick.Held.Count(), shut + quick.Shut.Count(), waited + quick.Short.Count, chosen + quick.Chosen.Count);
                if (random.Next(3) > 0) before = plain.Chosen;
                for (var k = trials.Count - 1; k >= 0; k--)
                    if (random.Next(3) == 0) trials[k] = Further(trials[k], random);
                trials.RemoveAll(one => one.Job.IsDone);
            }
        }

        new[] { held, shut, waited, chosen }.Should().OnlyContain(count => count > 1_000, "each happened often enough for the test to mean something");
    }

    private static Func<string, bool> Out(Random random)
    {
        var names = Layout.Resources.Select(resource => resource.Name).Where(_ => random.Next(4) == 0).ToHashSet();
        return names.Contains;
    }

    /// <summary>Of one to three steps, at any cell or wherever its pumps are, drawing the same everywhere or something else at each.</summary>
    private static (JobProgress, TrialWork, string) Trial(int number, Random random)
    {
        var (isFree, campaign) = (random.Next(2) == 0, random.Next(2) == 0 ? "ada" : "bob");
        var (tasks, draws) = (new List<JobTask>(), new List<StepDraws>());
        for (var step = 0; step <= random.Next(3); step++)
        {
            var (what, name) = (random.Next(3) == 0 ? "mixer" : "pump", $"step-{step}");
            string[] names = isFree ? Cells : [.. Cells.Where((_, k) => k == number % Cells.Length || random.Next(2) == 0)];
            tasks.Add(new JobTask(name, [.. names.Select(cell => new Way([new Need($"{what}-{cell}")], TimeSpan.FromMinutes(1), isFree ? cell : null))]) { Sample = isFree ? "sample" : null, After = step == 0 ? [] : [new Predecessor($"step-{step - 1}")] });
            if (random.Next(4) == 0) continue;
            draws.Add(random.Next(3) == 0
                ? new StepDraws(name, [new WayDraws([], Amount(random, number))])
                : new StepDraws(name, [.. names.Select((cell, k) => new WayDraws([$"{what}-{cell}"], Amount(random, k)))]));
        }

        var job = new Job($"{campaign}/{number}", campaign, [.. tasks]);
        var shape = JobShape.Of(job, Layout);
        if (random.Next(8) == 0) draws.Add(new StepDraws("left to a person", [new WayDraws([], Amount(random, 0))]));
        var work = new TrialWork(number, job, [.. tasks.Select(_ => default(TaskStanding))], default) { IsFree = isFree, Draws = [.. draws] };
        return (new JobProgress(shape, number, [.. shape.Tasks.Select(_ => default(TaskProgress))], [.. shape.Samples.Select(_ => new SampleProgress(-1))]), work, campaign);
    }

    private static ImmutableSortedDictionary<string, double> Amount(Random random, int bottle) =>
        Amounts.None.Plus(Bottles[bottle % Bottles.Length], Math.Round(3 * random.NextDouble(), 2)).Plus(Bottles[random.Next(Bottles.Length)], random.Next(2) == 0 ? 0 : 0.1);

    private static (JobProgress, TrialWork, string) Further((JobProgress Job, TrialWork Work, string Campaign) trial, Random random)
    {
        var next = trial.Job.Tasks.IndexOf(trial.Job.Tasks.First(task => task.Phase != TaskPhase.Done));
        var task = trial.Job.Tasks[next];
        var job = trial.Job.With(next, task.Phase == TaskPhase.Waiting ? new TaskProgress(TaskPhase.Running, random.Next(trial.Job.Shape.Tasks[next].Ways.Length), 0, 1) : task with { Phase = TaskPhase.Done });
        return (job, random.Next(2) == 0 ? trial.Work : trial.Work with { HasBegun = true }, trial.Campaign);
    }
}
