using System.Globalization;
using LabAutomation.Lab.Conforming;
using LabAutomation.Benchmarks.House;

namespace LabAutomation.Benchmarks.WireFuzz;

/// <summary>
/// 10,000 malformed messages to a driver host and to a lab, and 100,000 changed frames of devices to the links of every driver family: nothing
/// may crash or hang, each is refused with a reason, and what is right gets through beside it. No command may be said to have succeeded of
/// which the device's own ledger knows nothing, and none that may be done once only to have done nothing where the ledger has its effect.
/// </summary>
internal static class WireFuzzBench
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (messages, frames, seed) = (Number(arguments, "--messages", 10_000), Number(arguments, "--frames", 100_000), Number(arguments, "--seed", 1));
        Console.WriteLine(Text($"seed {seed}"));
        var good = true;
        foreach (var side in new[] { await DriverSide.RunAsync(messages / 2, seed), await LabSide.RunAsync(messages - messages / 2, seed) }) good &= Print(side);

        var families = ConformingFamilies.Names;
        var least = frames / families.Count / 6;
        var pool = new FramePool(frames, least);
        Console.WriteLine(Text($"{"frames to the driver of",-24}{"frames",8}{"s",6}{"refused",9}{"no harm",9}{"hangs",7}{"good",11}{"runs",6}{"done",6}{"untrue",8}{"denied",8}"));
        var reports = await Task.WhenAll(families.Select(family => Task.Run(() => FrameFuzz.RunAsync(family, pool, seed))));
        foreach (var report in reports)
        {
            Console.WriteLine(Text($"{report.Family,-24}{report.Frames,8}{report.Seconds,6:0.0}{report.Refused,9}{report.Taken,9}{report.Hangs,7}{report.GoodsDone,6}/{report.Goods,-4}{report.Executions,6}{report.Successes,6}{report.Untrue,8}{report.Denied,8}{(report.IsGood ? " ok" : " FAILED")}"));
            if (report.FirstCrash is { } crash) Console.WriteLine(crash);
            if (report.FirstUntrue is { } untrue) Console.WriteLine($"  {untrue}");
            if (report.FirstDenied is { } denied) Console.WriteLine($"  {denied}");
            if (report.FirstDisturbed is { } disturbed) Console.WriteLine($"  {disturbed}");
            if (report.FirstTrouble is { } trouble && report.GoodsDone < report.Goods) Console.WriteLine($"  {trouble}");
            if (report.IsSound && report.Frames < least) Console.WriteLine(Text($"  it had fewer than its {least} frames"));
            good &= report.IsGood && report.Frames >= least;
        }

        FaultTable.Tell(13, "changed frames to drivers", reports.Sum(report => report.Frames));
        Console.WriteLine(Text($"{messages} messages and {reports.Sum(report => report.Frames)} frames: {(good ? "nothing crashed, nothing hung, each was refused with a reason, and what was right got through" : "FAILED")}"));
        return good ? 0 : 1;
    }

    private static bool Print(SideReport side)
    {
        FaultTable.Tell(13, $"malformed messages {side.Side}, quarantined with a reason", side.Quarantined);
        var good = side.Crash is null && side.Quarantined == side.Messages && side.WithoutReason == 0 && side.GoodsDone == side.Goods && side.Strange == 0;
        Console.WriteLine(Text($"messages {side.Side}: {side.Messages}, quarantined with a reason {side.Quarantined}, without a reason {side.WithoutReason}; good ones {side.GoodsDone}/{side.Goods}, longest {side.Longest:0.00} s, {side.Strange} strange effects   {(good ? "ok" : "FAILED")}"));
        Console.WriteLine($"  payloads: {string.Join(", ", side.Kinds.Select(kind => Text($"{kind.Key} {kind.Value}")))}");
        if (side.Crash is { } crash) Console.WriteLine($"  {crash}");
        return good;
    }

    private static int Number(string[] arguments, string name, int otherwise)
    {
        var at = Array.IndexOf(arguments, name);
        return at < 0 ? otherwise : int.Parse(arguments[at + 1], CultureInfo.InvariantCulture);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
