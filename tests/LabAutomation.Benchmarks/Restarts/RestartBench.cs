using System.Diagnostics;
using System.Globalization;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting;
using LabAutomation.Benchmarks.House;

namespace LabAutomation.Benchmarks.Restarts;

/// <summary>How soon <c>lab resume</c> is at work again on a record of a million entries, all of which it holds against their chain, and the journal's rows against their checksums.</summary>
internal static class RestartBench
{
    private const int Entries = 1_000_000;
    private const int QuickEntries = 50_000;
    private const double MostSeconds = 10;
    private const int Restarts = 3;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"]))
        {
            Console.Error.WriteLine("usage: restart [--quick]");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("restart-benchmark-").FullName;
        try
        {
            var clock = Stopwatch.StartNew();
            var data = Path.Combine(folder, "lab");
            var (trials, entries) = LargeRecord.Pattern(Path.Combine(folder, "pattern")).Write(data, arguments is [] ? Entries : QuickEntries);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entries:#,0} entries of {trials:#,0} trials in {LargeRecord.Campaigns} campaigns, made in {clock.Elapsed.TotalSeconds:0} s without forcing each to the disk: ledger {Megabytes(Laboratory.LedgerIn(data))} MB, journal {Megabytes(DataDirectory.JournalIn(data))} MB"));
            clock.Restart();
            using (var ledger = Ledger.OpenForReading(Laboratory.LedgerIn(data))) _ = ledger.Campaigns();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the chain alone: {clock.Elapsed.TotalSeconds:0.0} s"));

            var slowest = 0.0;
            for (var k = 0; k < Restarts; k++)
            {
                var (seconds, megabytes) = await RestartAsync(folder, data);
                slowest = Math.Max(slowest, seconds);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at work again after {seconds:0.0} s, {megabytes:0} MB"));
            }

            FaultTable.Tell(12, string.Create(CultureInfo.InvariantCulture, $"kills of a lab at work on {entries} entries of {LargeRecord.Campaigns} campaigns"), Restarts);
            Console.WriteLine(slowest <= MostSeconds ? "within the bound of 10 s" : "NOT within the bound of 10 s");
            return slowest <= MostSeconds ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Kills it as soon as it is at work, as before each start but the first.</summary>
    private static async Task<(double Seconds, double Megabytes)> RestartAsync(string folder, string data)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "lab.dll"), "resume", "--plain", "--config", Path.Combine(LabRun.Root, "appsettings.json"), "--data", data])
            start.ArgumentList.Add(argument);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith($"{LargeRecord.Id(LargeRecord.Campaigns)}:", StringComparison.Ordinal)) continue;
            var seconds = clock.Elapsed.TotalSeconds;
            process.Refresh();
            var megabytes = process.PeakWorkingSet64 / 1048576.0;
            process.Kill();
            await process.WaitForExitAsync();
            return (seconds, megabytes);
        }

        throw new InvalidOperationException("lab resume ended before it was at work");
    }

    private static long Megabytes(string path) => new FileInfo(path).Length >> 20;
}
