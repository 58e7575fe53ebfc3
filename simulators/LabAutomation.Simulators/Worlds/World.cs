namespace LabAutomation.Simulators.Worlds;

/// <summary>
/// Where simulated devices live: one lock, one clock, one ledger of effects. A device changes the state, says so, and its answers go out
/// after the state is on disk.
/// </summary>
internal abstract class World(TimeProvider clock) : IDisposable
{
    private readonly List<Effect> fresh = [];
    private readonly List<Action> afterCommit = [];
    private bool changed;

    /// <summary>Held whenever the state is read or changed.</summary>
    public Lock Gate { get; } = new();

    public TimeProvider Clock => clock;

    /// <summary>Lab time of the last <see cref="Advance"/>.</summary>
    public DateTimeOffset Now => Memory.Time;

    public long Seed => Memory.Seed;

    public abstract EffectLedger Ledger { get; }

    /// <summary>What comes about by itself next, whether due or not; null = nothing. Set by the device that has such things.</summary>
    public Func<Happening?> Next { get; set; } = () => null;

    protected abstract WorldState Memory { get; }

    /// <summary>Lets everything happen that was due by now, in the order of its due times.</summary>
    public void Advance()
    {
        var now = clock.GetUtcNow();
        if (now < Memory.Time) now = Memory.Time;
        while (Next() is { } next && next.At <= now)
        {
            if (next.At > Memory.Time) Memory.Time = next.At;
            next.Happen();
            changed = true;
        }

        Memory.Time = now;
    }

    /// <summary>Carries out what comes from outside the byte line: a hand, a timer.</summary>
    public T Do<T>(Func<T> act)
    {
        lock (Gate)
        {
            Advance();
            var result = act();
            Commit();
            return result;
        }
    }

    public void Changed() => changed = true;

    public void Record(string device, string kind, double amount)
    {
        fresh.Add(new Effect(++Memory.Effects, Now, device, kind, amount));
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

    public abstract void Dispose();

    protected abstract void Store();

    private void Save()
    {
        if (fresh.Count > 0) Memory.LatestEffects = [.. fresh];
        Store();
        Ledger.Append(fresh);
        fresh.Clear();
        changed = false;
    }
}
