namespace Akka.Actor;

/// <summary>The one who asks: the first answer completes its task, what comes later is a dead letter.</summary>
internal sealed class AskActorRef<T>(LocalActorSystem system, TaskCompletionSource<T> answer) : ActorRefBase
{
    private ActorPath _path;

    public override ActorPath Path => _path ?? Interlocked.CompareExchange(ref _path, System.NextTempPath(), null) ?? _path;

    internal override LocalActorSystem System { get; } = system;

    protected override void TellInternal(object message, IActorRef sender)
    {
        var taken = message switch
        {
            // Who asks for a status may get a failure; who asks for anything at all is told of it.
            T typed when message is not Status.Failure || typeof(T) != typeof(object) => answer.TrySetResult(typed),
            null => answer.TrySetResult(default),
            Status.Failure failure => answer.TrySetException(
                failure.Cause ?? new TaskCanceledException("Task cancelled by actor via Failure message.")),
            _ => answer.TrySetException(
                new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")) && false,
        };
        if (!taken && message is not null && !answer.Task.IsCanceled)
            System.DeadLetterRef.Tell(message, this);
    }
}
