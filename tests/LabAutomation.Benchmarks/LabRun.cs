using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace LabAutomation.Benchmarks;

/// <summary>One run of the <c>lab</c> program in a folder of its own.</summary>
/// <param name="Seconds">From start to exit.</param>
/// <param name="FirstResult">Seconds to the first finished trial.</param>
/// <param name="PeakMegabytes">Highest resident memory seen, looked at every 50 ms.</param>
internal sealed record LabRun(int ExitCode, double Seconds, double FirstResult, double PeakMegabytes)
{
    public static readonly string Root = FindRoot();

    public static async Task<LabRun> OfAsync()
    {
        var folder = Directory.CreateTempSubdirectory("lab-benchmark-");
        try
        {
            var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder.FullName, RedirectStandardOutput = true };
            foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "lab.dll"), "run", Path.Combine(Root, "campaigns", "colour-match.yaml"), "--config", Path.Combine(Root, "appsettings.json"), "--json"])
                start.ArgumentList.Add(argument);
            var clock = Stopwatch.StartNew();
            using var process = Process.Start(start)!;
            var peak = WatchAsync(process);
            var first = double.NaN;
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                using var document = JsonDocument.Parse(line);
                if (double.IsNaN(first) && document.RootElement.TryGetProperty("trial", out _)) first = clock.Elapsed.TotalSeconds;
            }

            await process.WaitForExitAsync();
            return new LabRun(process.ExitCode, clock.Elapsed.TotalSeconds, first, await peak);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> WatchAsync(Process process)
    {
        var peak = 0L;
        while (!process.HasExited)
        {
            process.Refresh();
            try
            {
                peak = Math.Max(peak, process.WorkingSet64);
            }
            catch (InvalidOperationException)
            {
                break;
            }

            await Task.Delay(50);
        }

        return peak / 1048576.0;
    }

    private static string FindRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
