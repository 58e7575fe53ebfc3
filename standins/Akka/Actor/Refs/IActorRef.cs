namespace Akka.Actor;

/// <summary>Anything that accepts a message.</summary>
public interface ICanTell
{
    /// <summary>Delivers at most once, without waiting; messages from one sender to one receiver keep their order.</summary>
    void Tell(object message, IActorRef sender);
}

/// <summary>The address of one incarnation of an actor. Two references are equal when path and uid are.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>
{
    ActorPath Path { get; }
}

/// <summary>Creates actors: the system itself, for its top level, and every actor's context, for its children.</summary>
public interface IActorRefFactory
{
    /// <param name="props">How to make the actor.</param>
    /// <param name="name">Unique among its siblings; null draws the next of $a, $b, …</param>
    /// <exception cref="InvalidActorNameException">The name is taken, empty or has characters that a path cannot hold.</exception>
    IActorRef ActorOf(Props props, string name = null);
}

/// <summary>Watches other actors' ends.</summary>
public interface ICanWatch
{
    /// <summary>Asks for <see cref="Terminated"/> when the subject has stopped, at once if it already has.</summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>Like <see cref="Watch"/>, with the caller's own message in place of <see cref="Terminated"/>.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>After this call no <see cref="Terminated"/> of the subject is processed, even if it waits in the mailbox.</summary>
    IActorRef Unwatch(IActorRef subject);
}
