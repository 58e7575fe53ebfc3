using LabAutomation.Simulators.Liquids;
using LabAutomation.Simulators.Pumps;
using LabAutomation.Simulators.Stirring;

namespace LabAutomation.Simulators.Bench;

/// <summary>
/// What the devices share: one state, one lock, one clock. A device changes the state, says so, and its answers go out after the state is
/// on disk.
/// </summary>
internal sealed class Benchtop : IDisposable
{
    private readonly BenchStore store;
    private readonly List<Effect> fresh = [];
    private readonly List<Action> afterCommit = [];
    private bool changed;

    public Benchtop(long seed, TimeProvider clock, string? directory, IReadOnlyDictionary<string, PumpRole> roles)
    {
        Clock = clock;
        if (directory is not null) Directory.CreateDirectory(directory);
        store = new BenchStore(directory);
        State = store.Load() ?? new BenchState { Seed = seed, Time = clock.GetUtcNow() };
        if (State.Seed != seed)
        {
            store.Dispose();
            throw new InvalidDataException($"the bench in {directory} has seed {State.Seed}, not {seed}; give that seed or another directory");
        }

        foreach (var name in roles.Keys) State.Pumps.TryAdd(name, new PumpState());
        Ledger = new EffectLedger(directory);
        Ledger.Append(State.LatestEffects);
        Plumbing = new Plumbing(State, roles, time => State.Stirrer.Rotor.Revolutions(time), Record);
    }

    public Lock Gate { get; } = new();

    public TimeProvider Clock { get; }

    public BenchState State { get; }

    public EffectLedger Ledger { get; }

    public Plumbing Plumbing { get; }

    /// <summary>Lab time of the last <see cref="Advance"/>.</summary>
    public DateTimeOffset Now => State.Time;

    public CuvetteContents Contents => Plumbing.Contents(Now);

    /// <summary>Lets everything happen that was due by now, in the order of its due times.</summary>
    public void Advance()
    {
        var now = Clock.GetUtcNow();
        if (now < State.Time) now = State.Time;
        while (true)
        {
            var end = Plumbing.NextEnd();
            var watchdog = State.Stirrer.WatchdogDue;
            if (end is { } run && run.At <= now && !(watchdog < run.At))
            {
                At(run.At, () => Plumbing.Finish(run.Name, Now));
            }
            else if (watchdog <= now)
            {
                At(watchdog.Value, () => Watchdog.Bite(State.Stirrer, Now));
            }
            else
            {
                break;
            }
        }

        State.Time = now;
    }

    public void Changed() => changed = true;

    public void Record(string device, string kind, double amount)
    {
        fresh.Add(new Effect(++State.Effects, Now, device, kind, amount));
        changed = true;
    }

    public void AfterCommit(Action action) => afterCommit.Add(action);

    public void Commit()
    {
        try
        {
            if (changed) Save();
            foreach (var action in afterCommit) action();
        }
        finally
        {
            afterCommit.Clear();
        }
    }

    public void Dispose()
    {
        Ledger.Dispose();
        store.Dispose();
    }

    private void At(DateTimeOffset time, Action happening)
    {
        if (time > State.Time) State.Time = time;
        happening();
        changed = true;
    }

    private void Save()
    {
        if (fresh.Count > 0) State.LatestEffects = [.. fresh];
        store.Save(State);
        Ledger.Append(fresh);
        fresh.Clear();
        changed = false;
    }
}
