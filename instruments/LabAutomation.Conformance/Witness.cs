using LabAutomation.Protocol;

namespace LabAutomation.Conformance;

/// <summary>All that a client heard, in order.</summary>
internal sealed class Witness
{
    private readonly Lock _gate = new();
    private readonly List<BusMessage> _seen = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<BusMessage> Seen
    {
        get
        {
            lock (_gate) return [.. _seen];
        }
    }

    public int Count
    {
        get
        {
            lock (_gate) return _seen.Count;
        }
    }

    public void Take(BusMessage message)
    {
        lock (_gate)
        {
            _seen.Add(message);
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <returns>What the look found, or null when it found nothing in time.</returns>
    public async Task<T?> SeeAsync<T>(Func<IReadOnlyList<BusMessage>, T?> look, TimeSpan patience)
        where T : class
    {
        using var late = new CancellationTokenSource(patience, TimeProvider.System);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (look(_seen) is { } found) return found;
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }
}
