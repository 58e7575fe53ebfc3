using LabAutomation.Instruments;

namespace LabAutomation.Conformance;

/// <summary>What an in-process harness builds its world from, anew for every assertion.</summary>
public sealed record InProcessSetup
{
    /// <summary>Lab time; it may run fast.</summary>
    public required Func<TimeProvider> Clock { get; init; }

    /// <summary>How much faster than real time it runs; 1 or more.</summary>
    public double Speed { get; init; } = 1;

    public required Func<TimeProvider, ConformanceDevice> Device { get; init; }

    /// <summary>Makes the driver from the way to its device and the lab's clock.</summary>
    public required Func<Func<CancellationToken, Task<Stream>>, TimeProvider, IDriver> Driver { get; init; }

    public required Func<TimeProvider, Task<(ConformanceBroker Broker, IAsyncDisposable? Lifetime)>> Broker { get; init; }

    public bool Simulated { get; init; } = true;

    /// <summary>Real time after which an answer is missing.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(4);

    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The exported state graph; the host's own unless a test wants to lie.</summary>
    internal Func<string> Graph { get; init; } = () => new FunctionalUnit().ToMermaid();

    /// <summary>For tests: the second host does not see the first one's journal.</summary>
    internal bool TwinHasOwnJournal { get; init; }

    /// <summary>For tests: the harness never sees a write of the journal.</summary>
    internal bool WritesNoJournal { get; init; }

    /// <summary>For tests: the host goes on without a broker.</summary>
    internal bool OutlastsBroker { get; init; }

    /// <summary>For tests: the host takes no notice of a disk that fails.</summary>
    internal bool IgnoresDisk { get; init; }
}

/// <summary>A simulated device that outlives hosts.</summary>
/// <param name="Connect">Opens its line.</param>
/// <param name="Effects">Kind and amount of each effect so far.</param>
public sealed record ConformanceDevice(Func<Stream> Connect, Func<IReadOnlyList<string>> Effects, IDisposable Lifetime)
{
    /// <summary>Whether nothing of it moves, heats, doses or emits now, by its own state; null where nobody can say.</summary>
    public Func<bool?> IsAtRest { get; init; } = () => null;
}
