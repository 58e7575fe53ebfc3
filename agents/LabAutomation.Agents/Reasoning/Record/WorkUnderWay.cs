namespace LabAutomation.Agents.Reasoning;

/// <summary>What has begun in a conversation and not come to its end, of which something is still to be written down.</summary>
internal sealed class WorkUnderWay
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _rest;
    private int _count;

    /// <summary>Something begins; it ends when what is returned is disposed of.</summary>
    public IDisposable Begin()
    {
        lock (_lock) _count++;
        return new Piece(this);
    }

    /// <summary>Until nothing is under way.</summary>
    public Task AtRestAsync()
    {
        lock (_lock) return _count == 0 ? Task.CompletedTask : (_rest ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_count > 0) return;
            _rest?.SetResult();
            _rest = null;
        }
    }

    private sealed class Piece(WorkUnderWay work) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0) work.End();
        }
    }
}
