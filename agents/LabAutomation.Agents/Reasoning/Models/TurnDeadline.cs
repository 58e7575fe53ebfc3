namespace LabAutomation.Agents.Reasoning;

/// <summary>The time that a question has until its answer, from now.</summary>
internal sealed class TurnDeadline(TimeSpan time, TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource _over = new(time, clock);
    private readonly long _began = clock.GetTimestamp();

    public CancellationToken Token => _over.Token;

    public bool IsOver => _over.IsCancellationRequested;

    public TimeSpan Left => time - clock.GetElapsedTime(_began);

    public void Dispose() => _over.Dispose();
}
