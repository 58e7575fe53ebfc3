namespace MQTTnet;

/// <summary>
/// Holds the reading back while more than <paramref name="limit"/> bytes wait for a slow handler, so that the server keeps them
/// instead of this process. It does not where somebody waits for an answer, which comes behind them.
/// </summary>
internal sealed class ReadingPause(long limit)
{
    private readonly Lock _gate = new();
    private long _waiting;
    private int _expected;
    private TaskCompletionSource? _over;

    public void Add(int bytes)
    {
        lock (_gate) _waiting += bytes;
    }

    public void Remove(int bytes)
    {
        lock (_gate)
        {
            _waiting -= bytes;
            EndIfOver();
        }
    }

    public void Expect()
    {
        lock (_gate)
        {
            _expected++;
            EndIfOver();
        }
    }

    public void Answered()
    {
        lock (_gate) _expected--;
    }

    public Task WhenOverAsync()
    {
        lock (_gate)
        {
            if (IsOver) return Task.CompletedTask;

            _over ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _over.Task;
        }
    }

    private bool IsOver => _waiting <= limit || _expected > 0;

    private void EndIfOver()
    {
        if (!IsOver) return;

        _over?.TrySetResult();
        _over = null;
    }
}
