namespace LabAutomation.Simulators.Worlds;

/// <summary>A world with its state, kept in a directory or in memory only. <see cref="DeviceSite.Place"/> makes it.</summary>
public class World<TState> : World
    where TState : WorldState, new()
{
    private readonly StateStore<TState> store;

    /// <param name="kind">Names the state file, see <see cref="StateStore{TState}"/>.</param>
    /// <param name="writesAtEnd">See <see cref="StateStore{TState}"/>.</param>
    /// <exception cref="InvalidDataException">The directory holds a damaged state or one of another seed.</exception>
    internal World(string kind, long seed, TimeProvider clock, string? directory, bool writesAtEnd = false)
        : base(clock)
    {
        if (directory is not null) Directory.CreateDirectory(directory);
        store = new StateStore<TState>(kind, directory, writesAtEnd);
        try
        {
            State = store.Load() ?? new TState { Seed = seed, Time = clock.GetUtcNow() };
            if (State.Seed != seed)
                throw new InvalidDataException($"the {kind} in {directory} has seed {State.Seed}, not {seed}; give that seed or another directory");
            Ledger = new EffectLedger(directory);
        }
        catch
        {
            store.Dispose();
            throw;
        }

        Ledger.Append(State.LatestEffects);
    }

    /// <summary>Everything the device would still know after its computer died.</summary>
    public TState State { get; }

    internal sealed override EffectLedger Ledger { get; }

    private protected sealed override WorldState Memory => State;

    /// <inheritdoc/>
    public sealed override void Dispose()
    {
        Ledger.Dispose();
        store.Dispose();
    }

    private protected sealed override void Store() => store.Save(State);
}
