using System.Globalization;
using LabAutomation.Learning;
using LabAutomation.Learning.Backtesting;

namespace LabAutomation.Tests.Learning.Backtesting;

public sealed class BacktestTests
{
    /// <summary>Twenty designs; design i has the value |i − 13|, so the best is row 13 and the top 5 % is that row alone.</summary>
    private static DataSet Twenty()
    {
        using var file = new ScratchFile("twenty.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 20)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{Math.Abs(i - 13)}\n"))));
        return DataSet.LoadCsv(file.Path, "y");
    }

    [Fact]
    public void A_planner_that_reads_from_left_to_right_gets_the_figures_of_a_hand_calculation()
    {
        var report = Backtest.Run(Twenty(), [new LeftToRight()], new() { Seeds = 1, Initial = 1, TopFraction = 0.15 });

        var planner = report.Planners.Single();
        var first = planner.Runs[0][0];
        int[] order = [first, .. Enumerable.Range(0, 20).Where(row => row != first)];
        planner.Runs[0].Should().Equal(order);
        var at = Array.IndexOf(order, 13) + 1;
        planner.Milestones[0].Should().BeEquivalentTo(new { Name = "best", Designs = 1, Random = 10.5, BySeed = new int?[] { at } });
        planner.Milestones[0].Experiments.Mean.Should().Be(at);
        // Rows 12, 13 and 14 are the top 15 %.
        planner.Curve[9].BestSoFar.Mean.Should().Be(order.Take(10).Min(row => Math.Abs(row - 13)));
        var found = order.Take(14).Count(row => row is >= 12 and <= 14);
        planner.Curve[13].TopFound.Mean.Should().BeApproximately(found / 3.0, 1e-12);
        planner.Curve[13].Enhancement.Mean.Should().BeApproximately(found / 3.0 / (14 / 20.0), 1e-12);
        var last = order.Index().Where(pair => pair.Item is >= 12 and <= 14).Max(pair => pair.Index) + 1;
        planner.Accelerations[^1].RandomExperiments.Should().BeApproximately(3 * 21 / 4.0, 1e-12);
        planner.Accelerations[^1].Factor.Mean.Should().BeApproximately(3 * 21 / 4.0 / last, 1e-12);
    }

    [Fact]
    public void The_random_planner_agrees_with_the_exact_expectation_of_random_draws()
    {
        var report = Backtest.Run(Twenty(), [new RandomOptimiser()], new() { Seeds = 400, Initial = 2, TopFraction = 0.25 });

        var random = report.Planners.Single();
        // 400 runs: the standard error of a mean of 1 … 20 is 0.29.
        random.Milestones[0].Experiments.Mean.Should().BeApproximately(random.Milestones[0].Random, 1);
        random.Curve[9].Enhancement.Mean.Should().BeApproximately(1, 0.1);
        random.Accelerations[^1].RandomExperiments.Should().BeApproximately(5 * 21 / 6.0, 1e-12);
    }

    [Fact]
    public void A_run_that_never_gets_there_is_counted_at_the_budget_and_said_to_be_censored()
    {
        var report = Backtest.Run(Twenty(), [new LeftToRight()], new() { Seeds = 30, Initial = 1, Budget = 5 });

        var best = report.Planners.Single().Milestones[0];
        var missed = report.Planners.Single().Runs.Count(run => !run.Contains(13));
        best.Experiments.Censored.Should().Be(missed).And.BeGreaterThan(20);
        best.BySeed.Count(at => at is null).Should().Be(missed);
        best.Experiments.Median.Should().Be(5);
    }

    [Fact]
    public void All_planners_of_a_seed_start_from_the_same_designs_and_are_compared_seed_by_seed()
    {
        var report = Backtest.Run(Twenty(), [new LeftToRight(), new RandomOptimiser()], new() { Seeds = 8, Initial = 3 });

        for (var seed = 0; seed < 8; seed++)
            report.Planners[0].Runs[seed].Take(3).Should().Equal(report.Planners[1].Runs[seed].Take(3));
        report.Planners[0].Runs.Select(run => run[0]).Distinct().Count().Should().BeGreaterThan(3);
        var compared = report.Compare("left-to-right", "random", "best");
        (compared.Wins + compared.Ties + compared.Losses).Should().Be(8);
        var saved = report.Planners[1].Milestones[0].BySeed.Zip(report.Planners[0].Milestones[0].BySeed, (b, a) => b!.Value - a!.Value).Average();
        compared.Saved.Mean.Should().BeApproximately(saved, 1e-12);
        var asking = () => report.Compare("left-to-right", "grid", "best");
        asking.Should().Throw<ArgumentException>().WithMessage("*no planner 'grid'*planners are left-to-right, random");
    }

    [Fact]
    public void Ties_with_the_worst_of_a_top_set_belong_to_it()
    {
        var top = new TopSet([0, 1, 1, 1, 2, 3, 4, 5, 6, 7], 0.2);

        top.Count.Should().Be(4);
        top.ExperimentsTo([9, 3, 2], wanted: 2).Should().Be(3);
        top.ExperimentsTo([9, 8], wanted: 1).Should().BeNull();
        top.RandomExperimentsTo(2).Should().BeApproximately(2 * 11 / 5.0, 1e-12);
    }

    [Fact]
    public void Progress_counts_every_experiment_up_to_the_total()
    {
        var seen = new List<BacktestProgress>();

        Backtest.Run(Twenty(), [new LeftToRight(), new RandomOptimiser()], new() { Seeds = 2, Budget = 7 }, seen.Add);

        seen.Select(progress => progress.Done).Should().Equal(Enumerable.Range(1, 28));
        seen.Should().OnlyContain(progress => progress.Total == 28);
        seen[^1].Should().Be(new BacktestProgress("random", 1, 28, 28));
    }

    [Fact]
    public void It_can_be_cancelled_between_experiments()
    {
        using var source = new CancellationTokenSource();
        var done = 0;

        var running = () => Backtest.Run(Twenty(), [new RandomOptimiser()], progress: progress =>
        {
            done = progress.Done;
            if (done == 3) source.Cancel();
        }, cancellation: source.Token);

        running.Should().Throw<OperationCanceledException>();
        done.Should().Be(3);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Running(new() { Seeds = 0 }).Should().Throw<ArgumentException>().WithMessage("seeds is 0*");
        Running(new() { Initial = 0 }).Should().Throw<ArgumentException>().WithMessage("initial is 0*");
        Running(new() { Budget = 0 }).Should().Throw<ArgumentException>().WithMessage("budget is 0*");
        Running(new() { TopFraction = 1.5 }).Should().Throw<ArgumentException>().WithMessage("the top fraction is 1.5*");
        var twice = () => Backtest.Run(Twenty(), [new RandomOptimiser(), new RandomOptimiser()]);
        twice.Should().Throw<ArgumentException>().WithMessage("two planners have the same name*");

        static Action Running(BacktestOptions options) => () => Backtest.Run(Twenty(), [new RandomOptimiser()], options);
    }

    [Fact]
    public void Quantiles_lie_between_order_statistics()
    {
        var spread = Spread.Of([1, 2, 3, 4, 10]);

        spread.Should().BeEquivalentTo(new { Mean = 4.0, Low = 1.4, Median = 3.0, High = 7.6, Censored = 0 },
            options => options.Using<double>(pair => pair.Subject.Should().BeApproximately(pair.Expectation, 1e-12)).WhenTypeIs<double>());
        spread.Sd.Should().BeApproximately(Math.Sqrt(12.5), 1e-12);
    }

    private sealed class LeftToRight : IOptimiser
    {
        public string Name => "left-to-right";

        public Suggestion Suggest(SearchSpace space, IReadOnlyList<Observation> history, IReadOnlyList<Point> pending, int seed)
            => new(space.Pool!.Value.First(row => history.All(trial => !trial.Point.Equals(row))), null, null, null, "next");
    }
}
