using System.Diagnostics;
using System.Globalization;
using LabAutomation.Benchmarks.Stopping;

namespace LabAutomation.Benchmarks;

/// <summary>
/// The emergency stop with 20 instruments, 5 of them dead, under load: from the moment the trip is handed to the bus until the device's own
/// state shows that it stands still.
/// </summary>
internal static class StopBench
{
    private const int Quick = 40;
    private const int Full = 200;
    private const double P99Within = 100;
    private const double MaximumWithin = 250;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var trips = arguments switch
        {
            [] => Full,
            ["--quick"] => Quick,
            ["--trips", var text] when int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
            _ => 0,
        };
        if (trips == 0)
        {
            Console.Error.WriteLine("usage: stop [--quick | --trips N]");
            return 2;
        }

        await using var hall = await StopHall.OpenAsync();
        var latencies = new List<double>();
        var (misses, silenced, killed) = (0, 0, 0);
        var clock = Stopwatch.StartNew();
        for (var trip = 1; trip <= trips; trip++)
        {
            var round = await hall.TripAsync(trip);
            latencies.AddRange(round.Latencies);
            misses += round.Misses;
            silenced += round.Silenced;
            killed += round.Killed;
        }

        latencies.Sort();
        var (p50, p99, max) = (Percentile(latencies, 0.5), Percentile(latencies, 0.99), latencies.Count > 0 ? latencies[^1] : double.NaN);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trips} trips of {StopHall.Instruments} instruments, {StopHall.Dead} of them dead, in {clock.Elapsed.TotalSeconds:0} s; meanwhile {hall.Telemetry:0} messages of telemetry were heard"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"deaths: {silenced} devices fell silent in mid-exchange, {killed} hosts were killed without a farewell, {StopHall.Hung} drivers hung throughout"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"to safe: p50 {p50:0.0} ms, p99 {p99:0.0} ms (at most {P99Within}), max {max:0.0} ms (at most {MaximumWithin}), {misses} misses of {latencies.Count + misses} (none allowed)"));
        var good = latencies.Count > 0 && p99 <= P99Within && max <= MaximumWithin && misses == 0 && silenced > 0 && killed > 0;
        Console.WriteLine(good ? "within the bounds" : "NOT within the bounds");
        return good ? 0 : 1;
    }

    private static double Percentile(List<double> sorted, double part) => sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(part * sorted.Count) - 1)];
}
