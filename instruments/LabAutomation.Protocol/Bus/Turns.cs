namespace LabAutomation.Protocol;

/// <summary>
/// Waiting that stays where it was begun. A task whose continuations must run apart from whoever ends it is, where several tasks are waited for or
/// a time is set, continued on the thread pool; awaited alone it is continued on the waiter's own context. On the one thread of a virtual lab only the latter has an order.
/// </summary>
public static class Turns
{
    /// <summary>The same, ended on a turn of the caller's context.</summary>
    public static async Task Here(this Task task) => await task;

    /// <inheritdoc cref="Here(Task)"/>
    public static async Task<T> Here<T>(this Task<T> task) => await task;
}
