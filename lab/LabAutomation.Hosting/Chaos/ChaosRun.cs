using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>A campaign under many seeds of random faults, until the first violation or the last seed.</summary>
/// <param name="setup">The campaign and its lab.</param>
/// <param name="threads">Episodes side by side; each has a thread, and none shares anything with another.</param>
public sealed class ChaosRun(EpisodeSetup setup, int threads)
{
    private const int OftenEnough = 20;

    private readonly ConcurrentDictionary<FaultKind, int> _struck = new();
    private readonly ConcurrentDictionary<FaultKind, int> _drawn = new();
    private int _episodes;
    private int _trials;

    /// <summary>How often a fault of each kind made a difference, in all episodes.</summary>
    public IReadOnlyDictionary<FaultKind, int> Struck => _struck;

    /// <summary>The kinds that were drawn often enough to happen, and never did.</summary>
    public ImmutableArray<string> NeverHappened => [.. _drawn.Where(drawn => drawn.Value >= OftenEnough && !_struck.ContainsKey(drawn.Key)).Select(drawn => FaultTraits.Of(drawn.Key).Name).Order(StringComparer.Ordinal)];

    public int Episodes => _episodes;

    public int Trials => _trials;

    /// <summary>What is drawn from: the campaign without faults. There once <see cref="Calm"/> has run.</summary>
    public FaultDraw? Draw { get; private set; }

    /// <summary>The campaign without faults, which says how long it is.</summary>
    /// <exception cref="LabException">It does not run even so.</exception>
    public EpisodeEnd Calm(int seed)
    {
        var end = Episode.Run(setup, seed, []);
        if (end.Violations.Length > 0) throw new LabException(LabFault.Instrument, $"the campaign breaks a promise even without faults: {end.Violations[0].Message}");
        Draw = new FaultDraw(end.Elapsed, end.Traffic.Writes, end.Traffic.Messages, Subjects.Of(setup));
        return end;
    }

    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="told">Told of each end, from any thread, one at a time.</param>
    /// <exception cref="LabException">The lab cannot be simulated.</exception>
    /// <returns>The end with a violation that has the lowest seed; null where there is none.</returns>
    public EpisodeEnd? Run(int first, int count, Action<EpisodeEnd> told, CancellationToken cancellation)
    {
        var draw = Draw ?? throw new InvalidOperationException("the calm campaign runs first");
        var gate = new Lock();
        EpisodeEnd? found = null;
        Exception? failure = null;
        var next = first - 1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(Work)).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        cancellation.ThrowIfCancellationRequested();
        return found;

        void Work()
        {
            try
            {
                Search();
            }
            catch (Exception error)
            {
                // Told by whoever asked, and not by the end of the process.
                Interlocked.CompareExchange(ref failure, error, null);
            }
        }

        void Search()
        {
            while (!cancellation.IsCancellationRequested && Volatile.Read(ref found) is null && Volatile.Read(ref failure) is null && Interlocked.Increment(ref next) is var seed && seed < first + count)
            {
                var end = Episode.Run(setup, seed, draw.Draw(seed));
                lock (gate)
                {
                    Count(end);
                    if (end.Violations.Length > 0 && (found is null || seed < found.Seed)) found = end;
                    told(end);
                }
            }
        }
    }

    private void Count(EpisodeEnd end)
    {
        _episodes++;
        _trials += end.States.Sum(state => state.Trials.Count);
        foreach (var (fault, _) in end.Faults) _drawn.AddOrUpdate(fault.Kind, 1, (_, before) => before + 1);
        foreach (var (fault, struck) in end.Faults.Where(fault => fault.Struck > 0)) _struck.AddOrUpdate(fault.Kind, struck, (_, before) => before + struck);
    }
}
