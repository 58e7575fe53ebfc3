namespace LabAutomation.Agents.Reasoning;

/// <summary>What one agent has seen and spent in a conversation. Not thread-safe: whoever has the agent's turn owns it.</summary>
/// <param name="caller">On whose behalf it acts.</param>
/// <param name="clock">The wall clock.</param>
public sealed class Account(Caller caller, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private Outlay _spent = Outlay.None;
    private int _calls;

    public Caller Caller { get; } = caller;

    /// <summary>Of all that the agent has been told. It never becomes better.</summary>
    public Label Label { get; private set; } = Label.Trusted;

    public Outlay Spent => _spent with { Time = clock.GetElapsedTime(_began) };

    public void Saw(Label label) => Label = Label.Join(label);

    public void Spend(Outlay outlay) => _spent += outlay;

    /// <summary>A name for the next call.</summary>
    public string NextCall() => $"{Caller.Role}-{++_calls}";
}
