namespace Akka.Actor;

/// <summary>The root of what the actor system itself throws.</summary>
public abstract class AkkaException : Exception
{
    private protected AkkaException(string message, Exception cause = null)
        : base(message, cause)
    {
    }
}

/// <summary>An actor could not be constructed or started; the default decider stops it.</summary>
public class ActorInitializationException : AkkaException
{
    internal ActorInitializationException(IActorRef actor, string message, Exception cause = null)
        : base(message, cause) => Actor = actor;

    public IActorRef Actor { get; }

    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

/// <summary>PreRestart threw: logged, and the restart goes on.</summary>
public class PreRestartException : ActorInitializationException
{
    internal PreRestartException(IActorRef actor, Exception restartException, Exception cause)
        : base(actor, $"Exception pre restart ({restartException?.GetType().ToString() ?? "null"})", cause)
    {
    }
}

/// <summary>The new instance could not be made or PostRestart threw: a failure of its own.</summary>
public class PostRestartException : ActorInitializationException
{
    internal PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
        : base(actor, $"Exception post restart ({originalCause?.GetType().ToString() ?? "null"})", cause)
    {
    }
}

/// <summary>What <see cref="Kill"/> makes its receiver throw; the default decider stops it.</summary>
public class ActorKilledException : AkkaException
{
    internal ActorKilledException(string message)
        : base(message)
    {
    }
}

/// <summary>A watched actor ended and its watcher has no handler for <see cref="Terminated"/>; the default decider stops the watcher.</summary>
public class DeathPactException : AkkaException
{
    internal DeathPactException(IActorRef deadActor)
        : base($"Monitored actor [{deadActor}] terminated") => DeadActor = deadActor;

    public IActorRef DeadActor { get; }
}

/// <summary>No answer came to an Ask within its time.</summary>
public class AskTimeoutException : AkkaException
{
    internal AskTimeoutException(string message)
        : base(message)
    {
    }
}

public class InvalidActorNameException : AkkaException
{
    internal InvalidActorNameException(string message)
        : base(message)
    {
    }
}

public class InvalidMessageException : AkkaException
{
    internal InvalidMessageException(string message)
        : base(message)
    {
    }
}

public class IllegalActorStateException : AkkaException
{
    internal IllegalActorStateException(string message)
        : base(message)
    {
    }
}

/// <summary>Something was scheduled after the system had terminated.</summary>
public sealed class SchedulerException : AkkaException
{
    internal SchedulerException(string message)
        : base(message)
    {
    }
}
