namespace LabAutomation.Instruments;

/// <summary>Work that begins on a turn of its own: on the context of whoever starts it, or on the thread pool where there is none.</summary>
internal static class Aside
{
    public static Task<T> Start<T>(Func<Task<T>> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach,
        SynchronizationContext.Current is null ? TaskScheduler.Default : TaskScheduler.FromCurrentSynchronizationContext()).Unwrap();
}
