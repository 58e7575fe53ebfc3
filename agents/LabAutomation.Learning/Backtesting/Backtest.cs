using System.Collections.Immutable;

namespace LabAutomation.Learning.Backtesting;

/// <summary>
/// Replays a data set as if its designs were measured one after another in the order a planner asks for them. All planners of a
/// seed start from the same designs. Enhancement and acceleration factors are those of Q. Liang et al., "Benchmarking the
/// performance of Bayesian optimization across multiple experimental materials science domains", npj Comput. Mater. 7, 188 (2021),
/// against the exact expectation of random draws without replacement.
/// </summary>
public static class Backtest
{
    private const int DefaultInitial = 5, InitialPurpose = 20;
    private static readonly ImmutableArray<double> Shares = [0.25, 0.5, 0.75, 0.9, 1];

    /// <summary>Replays a measured data set: the planner chooses rows, whose values are told, once for each seed.</summary>
    /// <param name="progress">Called after every experiment, on the caller's thread.</param>
    /// <exception cref="ArgumentException">An option is out of range, or two planners have one name.</exception>
    /// <exception cref="OperationCanceledException"/>
    public static BacktestReport Run(
        DataSet data, IReadOnlyList<IOptimiser> planners, BacktestOptions? options = null, Action<BacktestProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new BacktestOptions();
        var budget = Math.Min(data.Count, options.Budget ?? data.Budget ?? data.Count);
        Check(options, planners, budget);
        var (done, total) = (0, budget * options.Seeds * planners.Count);
        var results = ImmutableArray.CreateBuilder<PlannerResult>(planners.Count);
        foreach (var planner in planners)
        {
            var runs = ImmutableArray.CreateBuilder<ImmutableArray<int>>(options.Seeds);
            for (var seed = 0; seed < options.Seeds; seed++)
                runs.Add(Replay(data, planner, Initial(data, options, budget, seed), budget, seed, Advance));
            results.Add(Summarise(data, planner.Name, runs.MoveToImmutable(), budget, options.TopFraction));
        }
        return new BacktestReport(data.Name, data.Count, options.Seeds, budget, results.MoveToImmutable());

        void Advance(string planner, int seed)
        {
            progress?.Invoke(new BacktestProgress(planner, seed, ++done, total));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static ImmutableArray<int> Replay(
        DataSet data, IOptimiser planner, ImmutableArray<int> initial, int budget, int seed, Action<string, int> advance)
    {
        var (run, history) = (new List<int>(budget), new List<Observation>(budget));
        while (run.Count < budget)
        {
            var row = run.Count < initial.Length ? initial[run.Count] : data.RowOf(planner.Suggest(data.Space, history, [], seed).Point);
            run.Add(row);
            history.Add(new Observation(data.Space.Pool!.Value[row], data.Values[row]));
            advance(planner.Name, seed);
        }
        return [.. run];
    }

    private static ImmutableArray<int> Initial(DataSet data, BacktestOptions options, int budget, int seed)
    {
        if (options.Initial is null && seed < data.InitialRows.Length) return [.. data.InitialRows[seed].Take(budget)];
        var stream = new RandomStream(seed, InitialPurpose);
        var order = Enumerable.Range(0, data.Count).Select(row => (row, key: stream.NextBits())).OrderBy(pair => pair.key);
        return [.. order.Take(Math.Min(budget, options.Initial ?? DefaultInitial)).Select(pair => pair.row)];
    }

    private static PlannerResult Summarise(DataSet data, string planner, ImmutableArray<ImmutableArray<int>> runs, int budget, double topFraction)
    {
        var top = new TopSet(data.Values, topFraction);
        ImmutableArray<Milestone> milestones = [Reach("best", 0), Reach("top 1 %", 0.01), Reach("top 5 %", 0.05)];
        return new PlannerResult(planner, milestones, Curve(data, runs, budget, top),
            [.. Shares.Select(share => Accelerate(top, runs, budget, share))], runs);

        Milestone Reach(string name, double fraction)
        {
            var set = new TopSet(data.Values, fraction);
            ImmutableArray<int?> reached = [.. runs.Select(run => set.ExperimentsTo(run))];
            var spread = Spread.Of([.. reached.Select(at => (double)(at ?? budget))], reached.Count(at => at is null));
            return new Milestone(name, set.Count, spread, set.RandomExperimentsTo(), reached);
        }
    }

    private static ImmutableArray<CurvePoint> Curve(DataSet data, ImmutableArray<ImmutableArray<int>> runs, int budget, TopSet top)
    {
        var best = Enumerable.Repeat(double.PositiveInfinity, runs.Length).ToArray();
        var found = new int[runs.Length];
        var curve = ImmutableArray.CreateBuilder<CurvePoint>(budget);
        for (var i = 0; i < budget; i++)
        {
            for (var seed = 0; seed < runs.Length; seed++)
            {
                best[seed] = Math.Min(best[seed], data.Values[runs[seed][i]]);
                if (top.Holds(runs[seed][i])) found[seed]++;
            }
            double[] shares = [.. found.Select(count => (double)count / top.Count)];
            var random = (i + 1.0) / data.Count;
            curve.Add(new CurvePoint(i + 1, Spread.Of(best), Spread.Of(shares), Spread.Of([.. shares.Select(share => share / random)])));
        }
        return curve.MoveToImmutable();
    }

    private static Acceleration Accelerate(TopSet top, ImmutableArray<ImmutableArray<int>> runs, int budget, double share)
    {
        var wanted = Math.Max(1, (int)Math.Ceiling(share * top.Count - 1e-9));
        var random = top.RandomExperimentsTo(wanted);
        var reached = runs.Select(run => top.ExperimentsTo(run, wanted)).ToList();
        return new Acceleration(share, random, Spread.Of([.. reached.Select(at => random / (at ?? budget))], reached.Count(at => at is null)));
    }

    private static void Check(BacktestOptions options, IReadOnlyList<IOptimiser> planners, int budget)
    {
        if (options.Seeds < 1) throw new ArgumentException($"seeds is {options.Seeds}; at least 1 run is needed", nameof(options));
        if (options.Initial is < 1)
            throw new ArgumentException($"initial is {options.Initial}; at least 1 design is needed to start from", nameof(options));
        if (budget < 1) throw new ArgumentException($"budget is {budget}; at least 1 experiment is needed", nameof(options));
        if (!(options.TopFraction > 0 && options.TopFraction <= 1))
            throw new ArgumentException($"the top fraction is {options.TopFraction}; it must be above 0 and at most 1", nameof(options));
        if (planners.Count == 0) throw new ArgumentException("no planner is given; at least 1 is needed", nameof(planners));
        if (planners.DistinctBy(planner => planner.Name).Count() < planners.Count)
            throw new ArgumentException("two planners have the same name; each needs its own", nameof(planners));
    }
}
