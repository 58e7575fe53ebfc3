namespace LabAutomation.Instruments;

/// <summary>Work that begins on a turn of its own: on the context of whoever starts it, or on the thread pool where there is none.</summary>
internal static class Aside
{
    public static Task<T> Start<T>(Func<Task<T>> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach,
        SynchronizationContext.Current is null ? TaskScheduler.Default : TaskScheduler.FromCurrentSynchronizationContext()).Unwrap();

    /// <summary>What was registered with a token belongs to the driver: it may throw, and it may not come back.</summary>
    /// <returns>What it threw; null where it threw nothing. Cancelling what has ended is harmless.</returns>
    public static Task<string?> CancelAsync(CancellationTokenSource source) => Start(() =>
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
        catch (AggregateException error)
        {
            return Task.FromResult<string?>(error.InnerExceptions[0].Message);
        }

        return Task.FromResult<string?>(null);
    });
}
