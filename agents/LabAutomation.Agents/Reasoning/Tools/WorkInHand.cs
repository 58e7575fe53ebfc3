namespace LabAutomation.Agents.Reasoning;

/// <summary>Work of tools for which callers wait no longer than they may. What nobody waits for any more goes on to its own end, and only so much of it at a time.</summary>
/// <param name="most">Pieces that go on so; where there are as many, nothing more is begun.</param>
internal sealed class WorkInHand(int most)
{
    private int _left;

    /// <summary>Why nothing more is begun; null where something may be.</summary>
    public string? Hindrance => Volatile.Read(ref _left) < most ? null : $"{(most == 1 ? "a call that was given up still goes on" : $"{most} calls that were given up still go on")}; call again when {(most == 1 ? "it has" : "one has")} ended";

    /// <param name="unwanted">What becomes of a result for which nobody waited.</param>
    /// <exception cref="OperationCanceledException">The time for it is over; the work may go on.</exception>
    public async Task<T> DoAsync<T>(Func<Task<T>> work, Func<T, ValueTask>? unwanted, CancellationToken cancellation)
    {
        var task = Task.Run(work, CancellationToken.None);
        try
        {
            return await task.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Interlocked.Increment(ref _left);
            _ = LeaveAsync(task, unwanted);
            throw;
        }
    }

    private async Task LeaveAsync<T>(Task<T> task, Func<T, ValueTask>? unwanted)
    {
        try
        {
            var result = await task;
            if (unwanted is not null) await unwanted(result);
        }
        catch (Exception)
        {
            // Whoever would have been told is gone.
        }
        finally
        {
            Interlocked.Decrement(ref _left);
        }
    }
}
