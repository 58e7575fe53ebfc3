using System.Diagnostics;
using LabAutomation.Models;

namespace LabAutomation.Benchmarks.Models;

/// <summary>Eight callers, each with one call at a time, beside bare loops of 1, 2, 4 and 8 calls' rows; in turns.</summary>
internal static class ManyCallers
{
    public const int Callers = 8;

    private const int MillisecondsPerTurn = 60;
    private static readonly int[] FixedBatches = [1, 2, 4, 8];

    public static ManyCallersResult Measure(BenchedModel model, int rows, int rounds)
    {
        using var batcher = new ModelBatcher(model.Hosted, new BatcherOptions { MaximumRows = Math.Min(4096, rows * Callers) });
        using var crowd = new Crowd(batcher, Callers, model.Bare.Input, rows);
        foreach (var calls in FixedBatches) RateOf(model.Bare, rows * calls);
        crowd.Run(MillisecondsPerTurn);
        var (ratios, services, latencies, rates, costs) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (best, bytes, answered) = (1, 0L, 0L);
        for (var round = 0; round < rounds; round++)
        {
            var bareRuns = Array.ConvertAll(FixedBatches, calls => RateOf(model.Bare, rows * calls));
            var fixedRates = Array.ConvertAll(bareRuns, run => run.Rate);
            var idle = crowd.Run(0).Bytes;
            var processor = Environment.CpuUsage.TotalTime;
            var turn = crowd.Run(MillisecondsPerTurn);
            costs.Add(turn.Calls * rows / (Environment.CpuUsage.TotalTime - processor).TotalSeconds / bareRuns.Max(run => run.RateOfProcessor));
            bytes += turn.Bytes - idle;
            answered += turn.Calls;
            best = FixedBatches[Array.IndexOf(fixedRates, fixedRates.Max())];
            rates.Add(fixedRates.Max());
            ratios.Add(turn.Calls * rows / turn.Seconds / fixedRates.Max());
            services.Add(rows * Callers / fixedRates[^1] * 1e6);
            latencies.Add(turn.P99Microseconds / services[^1]);
        }

        return new ManyCallersResult(best, SingleCaller.Median(rates), SingleCaller.Median(ratios), SingleCaller.Median(costs), SingleCaller.Median(services), SingleCaller.Median(latencies), (double)bytes / answered);
    }

    /// <returns>Rows per second, and per second of the processor.</returns>
    private static (double Rate, double RateOfProcessor) RateOf(BareSession bare, int rows)
    {
        var features = new float[rows * bare.Width];
        var (clock, processor, runs) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, 0);
        for (; clock.ElapsedMilliseconds < MillisecondsPerTurn / 2; runs++) bare.Run(rows, features);
        return (runs * (double)rows / clock.Elapsed.TotalSeconds, runs * (double)rows / (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }
}
