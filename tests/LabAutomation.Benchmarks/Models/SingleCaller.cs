using System.Diagnostics;
using LabAutomation.Models;

namespace LabAutomation.Benchmarks.Models;

/// <summary>
/// One caller of the host beside the bare loop; both fill the input each time, and the host judges and normalises it, too. In turns, by the processor's
/// time, since both work on one thread and wait for nobody.
/// </summary>
internal static class SingleCaller
{
    private const int MillisecondsPerTurn = 40;

    public static SingleCallerResult Measure(BenchedModel model, int rows, int rounds)
    {
        var features = new float[rows * model.Bare.Width];
        Array.Fill(features, 0.25f);
        var runs = Calibrate(() => model.Bare.Run(rows, features));
        for (var k = 0; k < runs; k++) Once(model, rows, features);
        var (ratios, bareTimes, hostTimes, allocated) = (new List<double>(), new List<double>(), new List<double>(), 0L);
        for (var round = 0; round < rounds; round++)
        {
            var began = Environment.CpuUsage.TotalTime;
            for (var k = 0; k < runs; k++) model.Bare.Run(rows, features);
            var middle = Environment.CpuUsage.TotalTime;
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            for (var k = 0; k < runs; k++) Once(model, rows, features);
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
            var ended = Environment.CpuUsage.TotalTime;
            bareTimes.Add((middle - began).TotalMicroseconds / runs);
            hostTimes.Add((ended - middle).TotalMicroseconds / runs);
            ratios.Add(bareTimes[^1] / hostTimes[^1]);
        }

        return new SingleCallerResult(Median(bareTimes), Median(hostTimes), Median(ratios), allocated / ((long)runs * rounds));
    }

    internal static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Once(BenchedModel model, int rows, float[] features)
    {
        using var lease = model.Hosted.Rent();
        var binding = lease.Model.Bind(rows);
        features.CopyTo(binding.Input(model.Bare.Input));
        binding.Run();
    }

    private static int Calibrate(Action run)
    {
        for (var k = 0; k < 100; k++) run();
        var clock = Stopwatch.StartNew();
        var runs = 0;
        for (; clock.ElapsedMilliseconds < MillisecondsPerTurn; runs++) run();
        return runs;
    }
}
