using System.Globalization;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Benchmarks.Bo;

/// <summary>
/// Crossed barrels after Liang et al., npj Computational Materials 7, 188 (2021): two random rows to begin with, 50 runs, and how much sooner
/// than by chance the best twentieth of the rows is found. Published runs of a Gaussian process reach an enhancement of 4.0 and an
/// acceleration of 3.8 at one half.
/// </summary>
internal sealed record CrossedBarrel() : Published("enhancement")
{
    private const int Runs = 50, Trials = 100;
    private const double Enhancement = 4.0, Acceleration = 3.8, TopShare = 0.05, Half = 0.5;

    public override bool IsIn(string folder) => File.Exists(PoolFile(folder));

    public override bool Run(BoOptions options)
    {
        var pool = ProblemSet.Pool(PoolFile(options.Folder));
        var rows = pool.Pool.Pool!.Value;
        var values = rows.Zip(pool.Values).DistinctBy(pair => pair.First).ToDictionary(pair => pair.First, pair => pair.Second);
        var top = pool.Values.Order().ElementAt((int)(TopShare * rows.Length) - 1);
        var wanted = pool.Values.Count(value => value <= top);
        var (found, progress) = (new double[Trials], new Progress(Runs));
        for (var seed = 0; seed < Runs; seed++)
        {
            progress.Step($"{Name}, seed {seed}");
            var study = Study.Open(pool.Posed(seed) with { Optimiser = new GaussianProcessOptimiser(new GaussianProcessOptions { InitialPoints = 2 }) });
            var seen = Campaign(study, values, "y", Trials, batch: 1);
            for (var k = 0; k < Trials; k++) found[k] += seen.Take(k + 1).Count(value => value <= top) / (double)wanted / Runs;
        }

        Progress.Clear();
        var best = Enumerable.Range(0, Trials).MaxBy(k => found[k] * rows.Length / (k + 1));
        var enhancement = found[best] * rows.Length / (best + 1);
        var half = Array.FindIndex(found, share => share >= Half) + 1;
        var acceleration = half > 0 ? Half * rows.Length / half : 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Environment.NewLine}Crossed barrels, {Runs} runs: enhancement {enhancement:F2} at {best + 1} trials (wanted above {Enhancement:F1}), "
            + $"half of the best twentieth after {(half > 0 ? half : Trials)}{(half > 0 ? "" : " or more")} trials, acceleration {acceleration:F2} (wanted above {Acceleration:F1})"));
        return enhancement > Enhancement && acceleration > Acceleration;
    }

    private static string PoolFile(string folder) => Path.Combine(folder, "pools", "crossed_barrel.json");
}
