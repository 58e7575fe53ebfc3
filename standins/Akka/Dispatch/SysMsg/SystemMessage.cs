using Akka.Actor;

namespace Akka.Dispatch.SysMsg;

/// <summary>What cells tell each other; overtakes user messages. A link of one mailbox's chain, so never sent twice.</summary>
internal abstract class SystemMessage
{
    internal SystemMessage Next;
}

internal sealed class Create : SystemMessage;

internal sealed class Suspend : SystemMessage;

internal sealed class Terminate : SystemMessage;

/// <summary>Lets a suspended actor go on; the cause is that of its own failure, or null if its parent was the one that failed.</summary>
internal sealed class Resume(Exception causedByFailure) : SystemMessage
{
    public Exception CausedByFailure { get; } = causedByFailure;
}

internal sealed class Recreate(Exception cause) : SystemMessage
{
    public Exception Cause { get; } = cause;
}

internal sealed class Failed(LocalActorRef child, Exception cause) : SystemMessage
{
    public LocalActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;
}

internal sealed class Watch(ActorRefBase watchee, ActorRefBase watcher) : SystemMessage
{
    public ActorRefBase Watchee { get; } = watchee;

    public ActorRefBase Watcher { get; } = watcher;
}

internal sealed class Unwatch(ActorRefBase watcher) : SystemMessage
{
    public ActorRefBase Watcher { get; } = watcher;
}

internal sealed class DeathWatchNotification(ActorRefBase actor, bool existenceConfirmed) : SystemMessage
{
    public ActorRefBase Actor { get; } = actor;

    public bool ExistenceConfirmed { get; } = existenceConfirmed;
}

/// <summary>A step of asynchronous work that belongs to the given message, or its failure.</summary>
internal sealed class TaskStep(Action run, Exception failure, object message) : SystemMessage
{
    public Action Run { get; } = run;

    public Exception Failure { get; } = failure;

    public object Message { get; } = message;
}
