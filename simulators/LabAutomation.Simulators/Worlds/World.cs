namespace LabAutomation.Simulators.Worlds;

/// <summary>
/// Where simulated devices live: one lock, one clock, one ledger of effects. A device changes the state, says so, and its answers go out
/// after the state is on disk.
/// </summary>
public abstract class World : IDisposable
{
    private readonly TimeProvider clock;
    private readonly List<Effect> fresh = [];
    private readonly List<Action> afterCommit = [];
    private bool changed;

    /// <summary>What it was when the world was first looked at, and the clock's timestamp then.</summary>
    private (DateTimeOffset Time, long Timestamp)? began;

    private protected World(TimeProvider clock) => this.clock = clock;

    /// <summary>Held whenever the state is read or changed.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Lab time as it runs, for timers of a device that speaks by itself.</summary>
    public TimeProvider Clock => clock;

    /// <summary>Lab time of what happens now, by the clock as it was when the world was made. It never runs backwards, also not over a restart.</summary>
    public DateTimeOffset Now => Memory.Time;

    /// <summary>Decides every imperfection, see <see cref="SeededNoise"/>.</summary>
    public long Seed => Memory.Seed;

    internal abstract EffectLedger Ledger { get; }

    /// <summary>What effects call a device of this world, where that is not the name it has among its neighbours.</summary>
    internal Func<string, string> Called { get; init; } = device => device;

    /// <summary>What comes about by itself next, whether due or not; null = nothing. Set by the device that has such things.</summary>
    public Func<Happening?> Next { get; set; } = () => null;

    private protected abstract WorldState Memory { get; }

    /// <summary>Lets everything happen that was due by now, in the order of its due times. Devices go on as time passes, however the computer's clock is set meanwhile.</summary>
    internal void Advance()
    {
        var since = began ??= (Memory.Time > clock.GetUtcNow() ? Memory.Time : clock.GetUtcNow(), clock.GetTimestamp());
        var now = since.Time + clock.GetElapsedTime(since.Timestamp);
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

    /// <summary>Says that the state was changed, so that it is kept before the device answers.</summary>
    public void Changed() => changed = true;

    /// <summary>Writes a physical effect into the ledger.</summary>
    /// <param name="device">Name of the device.</param>
    /// <param name="kind">One of <see cref="EffectKind"/>, or a word of the device's own.</param>
    /// <param name="amount">In the unit that goes with the kind.</param>
    public void Record(string device, string kind, double amount)
    {
        fresh.Add(new Effect(++Memory.Effects, Now, Called(device), kind, amount));
        changed = true;
    }

    internal void AfterCommit(Action action) => afterCommit.Add(action);

    internal void Commit()
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

    /// <summary>Closes the state and the ledger.</summary>
    public abstract void Dispose();

    private protected abstract void Store();

    private void Save()
    {
        if (fresh.Count > 0) Memory.LatestEffects = [.. fresh];
        Store();
        Ledger.Append(fresh);
        fresh.Clear();
        changed = false;
    }
}
