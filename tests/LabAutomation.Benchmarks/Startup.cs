using System.Globalization;

namespace LabAutomation.Benchmarks;

/// <summary>The main job as it stands in the README: how soon the first result, how soon the end, how much memory.</summary>
internal static class Startup
{
    public static async Task<int> RunAsync()
    {
        var run = await LabRun.OfAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"first result after {run.FirstResult:0.0} s (at most 5), end after {run.Seconds:0.0} s (at most 60), peak memory {run.PeakMegabytes:0} MB (at most 400), exit code {run.ExitCode}"));
        return run is { ExitCode: 0, FirstResult: <= 5, Seconds: <= 60, PeakMegabytes: <= 400 } ? 0 : 1;
    }
}
