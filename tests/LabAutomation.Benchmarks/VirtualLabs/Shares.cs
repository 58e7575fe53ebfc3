using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Etlx;

namespace LabAutomation.Benchmarks.VirtualLabs;

/// <summary>
/// On what a virtual lab spends its time: the runtime samples its thread a thousand times a second, and a sample counts for the innermost part
/// that is on the stack. The thread is sampled where it can be stopped, so a part that calls into SQLite or the system gets a little more than its share.
/// </summary>
internal static class Shares
{
    private const string Loop = "VirtualLoop.Work";

    /// <summary>Parts by what stands in the name of a method.</summary>
    private static readonly (string Part, string[] Names)[] Parts =
    [
        ("ledger", ["Agents.Records.Ledger"]),
        ("journal", ["Instruments.JournalStore", "Instruments.InstrumentJournal", "Instruments.JournalWrite"]),
        ("device state", ["Worlds.StateStore", "Worlds.EffectLedger"]),
        ("frames in JSON", ["Protocol.FrameCodec"]),
        ("bus", ["Simulators.SimulatedBus", "Simulators.SimulatedBroker", "Protocol.TopicFilter", "Protocol.BusMessage"]),
        ("planner", ["Agents.Planning", "LabAutomation.Learning"]),
        ("analysis", ["Agents.Analysis"]),
        ("campaign", ["Agents.Campaigns"]),
        ("agents of instruments", ["Agents.Bench"]),
        ("simulated devices", ["LabAutomation.Simulators.Bench", "LabAutomation.Simulators.Wire", "LabAutomation.Simulators.Worlds", "Simulators.Pumps", "Simulators.Spectra", "Simulators.Stirring", "Simulators.Weighing", "Simulators.Thermostats", "Simulators.SourceMeasure"]),
        ("drivers and hosts", ["LabAutomation.Instruments"]),
        ("the rest: actors, timers, loop", [""]),
    ];

    public static void Print(Action work, TextWriter to)
    {
        var trace = Path.GetTempFileName();
        try
        {
            Record(work, trace);
            var counts = Count(trace);
            var total = counts.Values.Sum();
            to.WriteLine(total == 0 ? "no samples" : string.Join(", ", Parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Part} {(double)counts.GetValueOrDefault(part.Part) / total:P0}"))) + $" ({total} samples)");
        }
        finally
        {
            File.Delete(trace);
        }
    }

    private static void Record(Action work, string trace)
    {
        EventPipeProvider[] providers = [new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational)];
        using var session = new DiagnosticsClient(Environment.ProcessId).StartEventPipeSession(providers, requestRundown: true, circularBufferMB: 256);
        var copying = Task.Run(() =>
        {
            using var file = File.Create(trace);
            session.EventStream.CopyTo(file);
        });
        work();
        session.Stop();
        copying.GetAwaiter().GetResult();
    }

    private static Dictionary<string, int> Count(string trace)
    {
        var etlx = TraceLog.CreateFromEventPipeDataFile(trace);
        try
        {
            using var log = TraceLog.OpenOrConvert(etlx);
            var counts = new Dictionary<string, int>(StringComparer.Ordinal);
            foreach (var sample in log.Events)
            {
                if (sample.ProviderName != "Microsoft-DotNETCore-SampleProfiler" || sample.CallStack() is not { } leaf) continue;
                var stack = new List<string>();
                for (var frame = leaf; frame is not null; frame = frame.Caller) stack.Add(frame.CodeAddress.FullMethodName);
                if (!stack.Exists(method => method.Contains(Loop, StringComparison.Ordinal))) continue;
                var part = stack.Select(PartOf).First(part => part is not null)!;
                counts[part] = counts.GetValueOrDefault(part) + 1;
            }

            return counts;
        }
        finally
        {
            File.Delete(etlx);
        }
    }

    /// <summary>Null where it belongs to whoever called it.</summary>
    private static string? PartOf(string method) => method.Contains(Loop, StringComparison.Ordinal)
        ? Parts[^1].Part
        : Parts.SkipLast(1).FirstOrDefault(part => Array.Exists(part.Names, name => method.Contains(name, StringComparison.Ordinal))).Part;
}
