using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Kernels;

/// <summary>Seconds of one suggestion in six dimensions, of a million pool rows, and the memory of two thousand trials, against their bounds.</summary>
internal static class SuggestSpeed
{
    private const int Dimensions = 6, PoolRows = 1_000_000;
    private const double MemoryBound = 500;

    private static readonly (int Trials, double Bound)[] Suggestions = [(50, double.PositiveInfinity), (100, 0.1), (200, double.PositiveInfinity), (500, 1), (1000, double.PositiveInfinity), (2000, double.PositiveInfinity)];
    private static readonly (int Trials, double Bound)[] Pools = [(100, 1.5), (200, 3)];

    public static int Run()
    {
        var missed = 0;
        Console.WriteLine("| what | trials | seconds | bound |");
        Console.WriteLine("| --- | --- | --- | --- |");
        foreach (var (trials, bound) in Suggestions) missed += Row("one suggestion", trials, Best(3, () => Suggest(trials)), bound);
        var memory = PeakMegabytes();
        foreach (var (trials, bound) in Pools) missed += Row($"{PoolRows:N0} pool rows scored", trials, Best(3, ScorePool(trials)), bound);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory up to 2,000 trials: {memory:F0} MB, bound {MemoryBound:F0} MB{(memory > MemoryBound ? " MISSED" : "")}"));
        if (memory > MemoryBound) missed++;
        return missed == 0 ? 0 : 1;
    }

    private static int Row(string what, int trials, double seconds, double bound)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {trials} | {seconds:F3} | {(double.IsInfinity(bound) ? "-" : bound.ToString("F1", CultureInfo.InvariantCulture))}{(seconds > bound ? " MISSED" : "")} |"));
        return seconds > bound ? 1 : 0;
    }

    private static void Suggest(int trials)
    {
        var (study, _) = Told(trials);
        study.Ask(1);
    }

    private static (Study Study, SearchSpace Space) Told(int trials)
    {
        SearchSpace space = new([.. Enumerable.Range(0, Dimensions).Select(d => new RealDimension($"x{d}", 0, 1))]);
        var study = Study.Open(new StudyProblem { Space = space, Objectives = [new Objective("y", new Aim.Minimise())] });
        return (study.With(History(space, trials).Select(one => new StudyTrial(one.Point, ImmutableSortedDictionary<string, double>.Empty.Add("y", one.Value!.Value), null)), [], 0), space);
    }

    private static List<Observation> History(SearchSpace space, int trials)
    {
        var (surface, stream) = (Bo.Surfaces.Of("hartmann6"), new RandomStream(1, 7));
        return [.. SpaceFilling.Candidates(space, new UnitCube(space), trials, seed: 1).Select(point => new Observation(point, surface([.. point.Coordinates])[0] + 0.05 * stream.NextNormal()))];
    }

    /// <summary>Scoring alone: the model is fitted before.</summary>
    private static Action ScorePool(int trials)
    {
        var (study, space) = Told(trials);
        ImmutableArray<Point> rows = [.. SpaceFilling.Candidates(space, new UnitCube(space), PoolRows, seed: 2)];
        var pool = new SearchSpace(space.Dimensions, pool: rows);
        var log = new TrialLog(pool, [.. study.Trials.Select(trial => trial.Of("y"))], []);
        var problem = study.Problem with { Space = pool };
        var models = StudyModels.Fit(problem, [.. study.Trials], log);
        var worth = Worth.Of(problem, models);
        return () => new Prospect(log, worth.Acquisition, [], 1).Untried();
    }

    private static double Best(int times, Action work) => Enumerable.Range(0, times).Min(_ =>
    {
        var began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    });

    private static double PeakMegabytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / 1e6;
    }
}
