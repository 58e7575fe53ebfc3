namespace Akka.Actor;

/// <summary>Messages that an actor has put aside for later.</summary>
public interface IStash
{
    int Count { get; }

    /// <summary>Puts the current message aside.</summary>
    /// <exception cref="IllegalActorStateException">It has been put aside already.</exception>
    void Stash();

    /// <summary>Puts the oldest message back to the front of the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all messages back to the front of the mailbox, in the order in which they came.</summary>
    void UnstashAll();

    /// <summary>Puts back those that fulfil the predicate; the others are dropped.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);
}

/// <summary>An actor with a stash. The system sets the property after the constructor and before PreStart.</summary>
/// <remarks>On a restart or stop it puts all messages back.</remarks>
public interface IActorStash
{
    IStash Stash { get; set; }
}

public interface IWithUnrestrictedStash : IActorStash;

public interface IWithStash : IWithUnrestrictedStash;

public interface IWithUnboundedStash : IWithUnrestrictedStash;
