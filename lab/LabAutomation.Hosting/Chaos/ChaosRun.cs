using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using LabAutomation.Simulators.Faults;

namespace LabAutomation.Hosting.Chaos;

/// <summary>A campaign under many seeds of random faults, until the first violation or the last seed.</summary>
/// <param name="setup">The campaign and its lab.</param>
/// <param name="threads">Episodes side by side; each has a thread, and none shares anything with another.</param>
public sealed class ChaosRun(EpisodeSetup setup, int threads)
{
    /// <summary>Of the campaign from which is drawn, whatever the first seed is: a seed says alone what goes wrong.</summary>
    private const int CalmSeed = 1;

    private readonly List<(Fault Fault, int Struck)> _faults = [];
    private int _episodes;
    private int _trials;

    /// <summary>Of each kind that can strike these campaigns, in all episodes. There once <see cref="Calm"/> has run.</summary>
    public ImmutableArray<FaultCoverage> Coverage => Draw is { } draw ? FaultCoverage.Of(draw.Kinds, _faults) : [];

    /// <summary>How often a fault of each kind made a difference, in all episodes.</summary>
    public IReadOnlyDictionary<FaultKind, int> Struck => Coverage.Where(kind => kind.Struck > 0).ToDictionary(kind => kind.Traits.Kind, kind => kind.Struck);

    /// <summary>By which calls another thread first took part in one of them; null where each is the same every time.</summary>
    public string? FirstFromOutside { get; private set; }

    public int Episodes => _episodes;

    public int Trials => _trials;

    /// <summary>What is drawn from: the campaign without faults. There once <see cref="Calm"/> has run.</summary>
    public FaultDraw? Draw { get; private set; }

    /// <summary>The campaign without faults, which says how long it is. Where a promise is broken even so, nothing can be drawn.</summary>
    /// <exception cref="LabException">The lab cannot be simulated.</exception>
    public EpisodeEnd Calm(int seed = CalmSeed)
    {
        var end = Episode.Run(setup, seed, []);
        FirstFromOutside ??= end.FirstFromOutside;
        if (end.Violations.IsEmpty) Draw = new FaultDraw(end.Elapsed, end.Traffic.Writes, end.Traffic.Messages, Subjects.Of(setup)) { Busy = Busy(end) };
        return end;
    }

    private static ImmutableArray<BusyTime> Busy(EpisodeEnd calm) =>
    [
        .. calm.States.SelectMany(state => state.Trials).SelectMany(trial => trial.Actions.Values).Where(action => action.Result is not null)
            .Select(action => new BusyTime(action.Intent.Instrument, action.IntendedAt - VirtualLaboratory.Beginning, action.Result!.EndedAt - VirtualLaboratory.Beginning)).OrderBy(busy => (busy.From, busy.Instrument)),
    ];

    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="told">Told of each end, from any thread, one at a time.</param>
    /// <exception cref="LabException">The lab cannot be simulated.</exception>
    /// <returns>The end with a violation that has the lowest seed; null where there is none.</returns>
    public EpisodeEnd? Run(int first, int count, Action<EpisodeEnd> told, CancellationToken cancellation)
    {
        var draw = Draw ?? throw new InvalidOperationException("the calm campaign runs first, and keeps its promises");
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
        _faults.AddRange(end.Faults);
        FirstFromOutside ??= end.FirstFromOutside;
    }
}
