using System.Diagnostics;
using System.Globalization;
using LabAutomation.Benchmarks.Stopping;
using LabAutomation.Benchmarks.House;

namespace LabAutomation.Benchmarks;

/// <summary>
/// The emergency stop with 20 instruments, 5 of them dead, under load: from the moment the trip is handed to the bus until the device's own
/// state shows that it stands still. Where the broker is dead too nobody can trip, and it counts from the end of the time that hosts go on without one.
/// </summary>
internal static class StopBench
{
    private const int Quick = 40;
    private const int Full = 200;

    /// <summary>Rounds in which the broker is dead, each of which takes as long as the hosts go on without one.</summary>
    private const int WithoutBroker = 3;

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
        var clock = Stopwatch.StartNew();
        var (tripped, alone) = (new List<StopRound>(), new List<StopRound>());
        for (var round = 1; round <= trips; round++)
        {
            tripped.Add(await hall.TripAsync());
            if (round % Math.Max(1, trips / WithoutBroker) == 0 && alone.Count < WithoutBroker) alone.Add(await hall.LoseBrokerAsync());
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trips} trips of {StopHall.Instruments} instruments in {clock.Elapsed.TotalSeconds:0} s, and {alone.Count} cuts of the link to the broker; meanwhile {hall.Telemetry:0} messages of telemetry were heard"));
        FaultTable.Tell(19, "silent devices, hosts cut off and hung drivers in emergency stops", tripped.Concat(alone).Sum(round => round.Dead.Silent + round.Dead.Cut + round.Dead.Hung));
        FaultTable.Tell(19, "cuts of the link to the broker", alone.Count);
        var good = Dead([.. tripped, .. alone], hall.Unnoticed);
        good &= Tell("to safe after a trip", tripped);
        good &= Tell($"to safe without a broker, after its lease of {StopPump.BrokerLease.TotalSeconds:0} s", alone);
        Console.WriteLine(good ? "within the bounds" : "NOT within the bounds");
        return good ? 0 : 1;
    }

    /// <returns>Whether in every round as many were dead as are said to be, in the way that they are said to be.</returns>
    private static bool Dead(IReadOnlyList<StopRound> rounds, int unnoticed)
    {
        foreach (var kind in rounds.CountBy(round => round.Dead).OrderByDescending(kind => kind.Value))
        {
            var (dead, count) = (kind.Key, kind.Value);
            Console.WriteLine($"dead in each of {count} rounds: devices that fell silent while they ran {dead.Silent}, hosts cut off without a farewell while their devices ran {dead.Cut}, drivers hung in an action {dead.Hung}");
        }

        if (unnoticed > 0) Console.WriteLine($"of {unnoticed} hosts that were cut off nobody said that they are offline");
        return unnoticed == 0 && rounds.All(round => round.Dead == Deaths.All);
    }

    private static bool Tell(string what, IReadOnlyList<StopRound> rounds)
    {
        var latencies = rounds.SelectMany(round => round.Latencies).Order().ToList();
        var misses = rounds.Sum(round => round.Misses);
        var (p50, p99, max) = (Percentile(latencies, 0.5), Percentile(latencies, 0.99), latencies.Count > 0 ? latencies[^1] : double.NaN);
        var early = latencies.Count(latency => latency < 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: p50 {p50:0.0} ms, p99 {p99:0.0} ms (at most {P99Within}), max {max:0.0} ms (at most {MaximumWithin}), {early} early and {misses} misses of {latencies.Count + misses} (none allowed)"));
        return latencies.Count > 0 && p99 <= P99Within && max <= MaximumWithin && misses == 0 && early == 0;
    }

    private static double Percentile(List<double> sorted, double part) => sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(part * sorted.Count) - 1)];
}
