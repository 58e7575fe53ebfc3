using System.Globalization;
using LabAutomation.Benchmarks.House;

namespace LabAutomation.Benchmarks;

/// <summary>Spoiled packets against the broker and against the client: nothing may escape, hang or grow.</summary>
internal static class MqttFuzz
{
    private const long LargestHeapGrowth = 16 << 20, LargestWorkingSetGrowth = 128 << 20;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var packets = Number(arguments, "--packets", 100_000);
        var seed = Number(arguments, "--seed", 1);
        Console.WriteLine($"seed {seed}");
        var broker = Print("broker", await new BrokerFuzz(packets, seed).RunAsync());
        var client = Print("client", await new ClientFuzz(packets, seed).RunAsync());
        return broker && client ? 0 : 1;
    }

    private static bool Print(string what, FuzzReport report)
    {
        FaultTable.Tell(13, $"spoiled packets to the {what}", report.Packets);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {report.Packets} packets in {report.Sessions} connections, {report.Seconds:0.0} s"));
        bool[] kept =
        [
            Line("unhandled exceptions", report.UnhandledExceptions, 0, ""),
            Line("hangs", report.Hangs, 0, ""),
            Line(what == "broker" ? "longest answer to a well-behaved client" : "longest session", report.LongestPingSeconds, 5, "s"),
            Line("growth of the heap", report.HeapGrowth / 1048576.0, LargestHeapGrowth >> 20, "MiB"),
            Line("growth of the working set", report.WorkingSetGrowth / 1048576.0, LargestWorkingSetGrowth >> 20, "MiB"),
            Line("connections left open", report.OpenConnections, 0, ""),
        ];
        if (report.FirstFault is not null) Console.WriteLine(report.FirstFault);
        return kept.All(line => line);
    }

    private static bool Line(string what, double measured, double bound, string unit)
    {
        var isKept = measured <= bound;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-42}{measured,10:0.##} {unit,-4} at most {bound,6:0.##}   {(isKept ? "ok" : "FAILED")}"));
        return isKept;
    }

    private static int Number(string[] arguments, string name, int otherwise)
    {
        var at = Array.IndexOf(arguments, name);
        return at < 0 ? otherwise : int.Parse(arguments[at + 1], CultureInfo.InvariantCulture);
    }
}
