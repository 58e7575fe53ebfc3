using System.Diagnostics;

namespace LabAutomation.Benchmarks;

/// <summary>What a fuzzed program showed. Growth is that from a fifth of the packets to the last, in bytes.</summary>
internal sealed record FuzzReport(
    int Packets, int Sessions, double Seconds, int UnhandledExceptions, int Hangs, double LongestPingSeconds, long HeapGrowth, long WorkingSetGrowth, int OpenConnections, string? FirstFault);

/// <summary>Counts what nobody caught, from its creation until it is disposed.</summary>
internal sealed class FaultCount : IDisposable
{
    private readonly EventHandler<UnobservedTaskExceptionEventArgs> _unobserved;
    private int _faults;

    public FaultCount()
    {
        _unobserved = (_, fault) =>
        {
            // Only what comes from an MQTT program; other parts of this process have their own.
            if (fault.Exception.ToString().Contains("MQTTnet", StringComparison.Ordinal)) Add(fault.Exception.InnerException!);
        };
        // What others left uncaught before is told before, and is not ours.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TaskScheduler.UnobservedTaskException += _unobserved;
    }

    public int Faults => _faults;

    public string? First { get; private set; }

    public void Add(Exception fault)
    {
        Interlocked.Increment(ref _faults);
        First ??= fault.ToString();
    }

    public static (long Heap, long WorkingSet) Memory()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        using var self = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(true), self.WorkingSet64);
    }

    public void Dispose() => TaskScheduler.UnobservedTaskException -= _unobserved;
}
