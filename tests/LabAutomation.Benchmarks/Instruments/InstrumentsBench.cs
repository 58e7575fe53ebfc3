using System.Diagnostics;
using System.Globalization;

namespace LabAutomation.Benchmarks.Instruments;

/// <summary>
/// A thousand virtual instruments on one embedded broker, in one process, with the real driver hosts and their journal: five values a second
/// from each, all at QoS 1, and commands in between.
/// </summary>
internal static class InstrumentsBench
{
    private const double Rate = 5000;
    private const double P99Within = 50;
    private const double MemoryWithin = 600;

    /// <summary>Of processor time, all parts of the way together: driver, journal, broker, lab, and a 250th of a command. However busy the machine is, it takes about as much.</summary>
    private const double MicrosecondsPerValue = 250;
    private const double CommandsPerSecond = 20;

    private static readonly TimeSpan Full = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(15);

    /// <summary>How long a machine that has more to do may take over what <see cref="Quick"/> asks for: an eighth of the rate.</summary>
    private static readonly TimeSpan Longest = 8 * Quick;

    /// <summary>Until every program part has been translated and every buffer has its size.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not ([] or ["--quick"] or ["--short"]))
        {
            await Console.Error.WriteLineAsync("usage: instruments [--quick | --short]");
            return 2;
        }

        // How fast it goes is the machine's doing as much as ours. Where it has more to do it is given time, and all that was asked for must be published and read all the same.
        var isAlone = arguments is not ["--short"];

        var clock = Stopwatch.StartNew();
        await using var hall = await InstrumentHall.OpenAsync(TimeSpan.FromSeconds(InstrumentHall.Instruments / Rate) - TimeSpan.FromMilliseconds(4));
        Console.WriteLine(Text($"{InstrumentHall.Instruments} instruments were online after {clock.Elapsed.TotalSeconds:0.0} s"));
        using var end = new CancellationTokenSource();
        using var self = Process.GetCurrentProcess();
        var memory = WatchAsync(self, end.Token);
        var random = new Random(1);
        await CommandAsync(hall, random, elapsed => elapsed >= WarmUp, []);

        var (replies, results) = (new List<double>(), new List<double>());
        var (heard, processor) = (hall.Heard, self.TotalProcessorTime);
        clock.Restart();
        var length = arguments.Length == 0 ? Full : Quick;
        var asked = Rate * length.TotalSeconds * 0.98;
        var (read, seconds) = (0L, 0.0);
        await CommandAsync(hall, random, IsOver, [replies, results]);
        self.Refresh();
        var spent = self.TotalProcessorTime - processor;
        var load = spent.TotalSeconds / clock.Elapsed.TotalSeconds;
        var perValue = spent.TotalMicroseconds / Math.Max(1, hall.Heard - heard);
        var rate = read / seconds;
        await hall.FallSilentAsync();
        await end.CancelAsync();
        var peak = await memory / 1048576.0;

        Console.WriteLine(Text($"{rate:0} values/s for {seconds:0} s, {replies.Count} commands, {load:0.00} processors busy"));
        bool[] kept =
        [
            Line(isAlone ? "values per second that the lab read" : Text($"values that the lab read within {Longest.TotalSeconds:0} s"), isAlone ? rate : read, isAlone ? Rate * 0.98 : asked, "at least", isAlone ? rate >= Rate * 0.98 : read >= asked),
            Line("processor time per value, us", perValue, MicrosecondsPerValue, "at most", perValue <= MicrosecondsPerValue),
            Line("commands that were not answered", replies.Count(double.IsInfinity), 0, "at most", replies.Count > 0 && !replies.Exists(double.IsInfinity)),
            Line("QoS 1 losses", hall.Lost, 0, "at most", hall.Lost == 0),
            Line("drivers that ended by themselves", hall.Ended.Count, 0, "at most", hall.Ended.Count == 0),
            Line("messages that could not be read", hall.Unread, 0, "at most", hall.Unread == 0),
            Line("command to answer, p50 ms", Percentile(replies, 0.5), double.NaN, "", true),
            Line("command to answer, p99 ms", Percentile(replies, 0.99), isAlone ? P99Within : double.NaN, "at most", !isAlone || Percentile(replies, 0.99) <= P99Within),
            Line("command to answer, longest ms", Percentile(replies, 1), double.NaN, "", true),
            Line("command to result, p99 ms", Percentile(results, 0.99), double.NaN, "", true),
            Line("memory at its peak, MB", peak, MemoryWithin, "at most", peak <= MemoryWithin),
        ];
        foreach (var why in hall.Ended.Distinct()) Console.WriteLine($"  {why}");
        return kept.All(line => line) ? 0 : 1;

        // Answers may take longer to come; what was read until then does not count.
        bool IsOver(TimeSpan elapsed)
        {
            (read, seconds) = (hall.Heard - heard, elapsed.TotalSeconds);
            return elapsed >= (isAlone ? length : Longest) || (!isAlone && elapsed >= length && read >= asked);
        }
    }

    private static async Task CommandAsync(InstrumentHall hall, Random random, Func<TimeSpan, bool> isOver, List<double>[] into)
    {
        var clock = Stopwatch.StartNew();
        var calls = new List<Task<(double Reply, double Result)?>>();
        for (var n = 0; !isOver(clock.Elapsed); n++)
        {
            calls.Add(hall.CommandAsync(random));
            var due = TimeSpan.FromSeconds((n + 1) / CommandsPerSecond) - clock.Elapsed;
            if (due > TimeSpan.Zero) await Task.Delay(due);
        }

        foreach (var times in await Task.WhenAll(calls))
        {
            if (into is not [var replies, var results]) continue;
            replies.Add(times?.Reply ?? double.PositiveInfinity);
            results.Add(times?.Result ?? double.PositiveInfinity);
        }
    }

    private static async Task<long> WatchAsync(Process self, CancellationToken end)
    {
        var peak = 0L;
        while (!end.IsCancellationRequested)
        {
            self.Refresh();
            peak = Math.Max(peak, self.WorkingSet64);
            await Task.WhenAny(Task.Delay(250, end));
        }

        return peak;
    }

    private static double Percentile(List<double> times, double part)
    {
        times.Sort();
        return times.Count == 0 ? double.NaN : times[Math.Min(times.Count - 1, (int)Math.Ceiling(part * times.Count) - 1)];
    }

    private static bool Line(string what, double measured, double bound, string relation, bool isKept)
    {
        Console.WriteLine(double.IsNaN(bound) ? Text($"  {what,-38}{measured,9:0.#}") : Text($"  {what,-38}{measured,9:0.#}   {relation} {bound:0}   {(isKept ? "ok" : "FAILED")}"));
        return isKept;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
