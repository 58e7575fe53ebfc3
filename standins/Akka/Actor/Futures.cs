namespace Akka.Actor;

/// <summary>Questions from outside of actors: a message whose answer completes a task.</summary>
public static class Futures
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<object>(message, timeout, CancellationToken.None);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">Null or Timeout.InfiniteTimeSpan waits for ever.</param>
    /// <returns>The answer. Fails with <see cref="AskTimeoutException"/>, with the cause of a <see cref="Status.Failure"/>, or with
    /// ArgumentException if the answer is no <typeparamref name="T"/>.</returns>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    /// <summary>Asks with a message that is made from the reference to answer to.</summary>
    public static Task<T> Ask<T>(this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var system = (self as ActorRefBase)?.System ?? ActorCell.Current?.System as LocalActorSystem
            ?? throw new ArgumentException("Unable to resolve the target Provider", nameof(self));

        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (timeout is { } limit && limit > TimeSpan.Zero)
            GiveUp(answer, limit, system.Clock);
        if (cancellationToken.CanBeCanceled)
        {
            var cancellation = cancellationToken.Register(() => answer.TrySetCanceled());
            EndWith(answer.Task, cancellation);
        }

        var asker = new AskActorRef<T>(system, answer);
        self.Tell(messageFactory(asker), asker);
        return answer.Task;
    }

    private static void GiveUp<T>(TaskCompletionSource<T> answer, TimeSpan limit, TimeProvider clock)
    {
        var timer = new CancellationTokenSource(limit, clock);
        timer.Token.Register(() => answer.TrySetException(new AskTimeoutException($"Timeout after {limit.TotalSeconds:F2} seconds")));
        EndWith(answer.Task, timer);
    }

    private static void EndWith(Task task, IDisposable resource) => task.ContinueWith(
        static (_, held) => ((IDisposable)held).Dispose(),
        resource,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
