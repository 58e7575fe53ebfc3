namespace Akka.Actor;

/// <summary>Sends a task's outcome as a message: the result, or <see cref="Status.Failure"/> with the exception, unless mapped.</summary>
public static class PipeToSupport
{
    /// <param name="taskToPipe">The task.</param>
    /// <param name="recipient">Who receives its outcome, from wherever the task ends.</param>
    /// <param name="sender">Whom the recipient sees as the sender.</param>
    /// <param name="success">Makes the message from the result.</param>
    /// <param name="failure">Makes the message from the exception.</param>
    /// <returns>A task that ends when the message has been sent; it does not fail.</returns>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe,
        ICanTell recipient,
        IActorRef sender = null,
        Func<T, object> success = null,
        Func<Exception, object> failure = null) =>
        Pipe(taskToPipe, () => success is null ? taskToPipe.Result : success(taskToPipe.Result), recipient, sender, failure);

    /// <summary>For a task without a result, nothing is sent on success unless it is mapped.</summary>
    /// <inheritdoc cref="PipeTo{T}" path="/param"/>
    public static Task PipeTo(
        this Task taskToPipe,
        ICanTell recipient,
        IActorRef sender = null,
        Func<object> success = null,
        Func<Exception, object> failure = null) =>
        Pipe(taskToPipe, success, recipient, sender, failure);

    private static Task Pipe(Task task, Func<object> result, ICanTell recipient, IActorRef sender, Func<Exception, object> failure)
    {
        if (!task.IsCompleted)
            return task.ContinueWith(
                ended => Deliver(ended, result, recipient, sender, failure),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        Deliver(task, result, recipient, sender, failure);
        return Task.CompletedTask;
    }

    private static void Deliver(Task task, Func<object> result, ICanTell recipient, IActorRef sender, Func<Exception, object> failure)
    {
        try
        {
            task.GetAwaiter().GetResult();
            if (result is not null)
                recipient.Tell(result(), sender);
        }
        catch (Exception e)
        {
            recipient.Tell(failure is null ? new Status.Failure(e) : failure(e), sender);
        }
    }
}
