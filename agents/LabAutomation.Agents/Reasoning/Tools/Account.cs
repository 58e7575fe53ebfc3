namespace LabAutomation.Agents.Reasoning;

/// <summary>What one agent, or all programs together, have seen and spent in a conversation.</summary>
/// <param name="caller">On whose behalf it acts.</param>
/// <param name="clock">The wall clock.</param>
public sealed class Account(Caller caller, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly long _began = clock.GetTimestamp();
    private Outlay _spent = Outlay.None;
    private Label _label = Label.Trusted;
    private int _calls;

    public Caller Caller { get; } = caller;

    /// <summary>Of all that the agent has been told. It never becomes better.</summary>
    public Label Label
    {
        get
        {
            lock (_lock) return _label;
        }
    }

    public Outlay Spent
    {
        get
        {
            lock (_lock) return _spent with { Time = clock.GetElapsedTime(_began) };
        }
    }

    public void Saw(Label label)
    {
        lock (_lock) _label = _label.Join(label);
    }

    public void Spend(Outlay outlay)
    {
        lock (_lock) _spent += outlay;
    }

    /// <summary>A name for the next call.</summary>
    public string NextCall() => FormattableString.Invariant($"{Caller.Role}-{Interlocked.Increment(ref _calls)}");

    /// <summary>One after the other: from the look at what was spent to the charge, nobody else spends.</summary>
    internal async Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }
}
