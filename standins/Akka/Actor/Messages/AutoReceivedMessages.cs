using Akka.Event;

namespace Akka.Actor;

/// <summary>Marks messages that the actor's cell handles before its behaviour sees them.</summary>
public interface IAutoReceivedMessage;

/// <summary>Marks messages that should not come from an untrusted peer.</summary>
public interface IPossiblyHarmful;

/// <summary>Marks messages that leave a running receive timeout as it is.</summary>
public interface INotInfluenceReceiveTimeout;

/// <summary>A message around a message.</summary>
public interface IWrappedMessage
{
    object Message { get; }
}

/// <summary>Stops its receiver once it has worked off what was in the mailbox before.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    private PoisonPill()
    {
    }

    public static PoisonPill Instance { get; } = new();

    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes its receiver fail with <see cref="ActorKilledException"/>; its supervisor decides.</summary>
public sealed class Kill : IAutoReceivedMessage
{
    private Kill()
    {
    }

    public static Kill Instance { get; } = new();

    public override string ToString() => "<Kill>";
}

/// <summary>Says to a watcher that the actor it watched has stopped.</summary>
public sealed class Terminated : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    internal Terminated(IActorRef actorRef, bool existenceConfirmed)
    {
        ActorRef = actorRef;
        ExistenceConfirmed = existenceConfirmed;
    }

    public IActorRef ActorRef { get; }

    /// <summary>False if the actor was already gone when the watch began.</summary>
    public bool ExistenceConfirmed { get; }

    public override string ToString() => $"<Terminated>: {ActorRef} - ExistenceConfirmed={ExistenceConfirmed}";
}

/// <summary>Sent to an actor that has received nothing for the time it set with SetReceiveTimeout.</summary>
public class ReceiveTimeout : IPossiblyHarmful
{
    private ReceiveTimeout()
    {
    }

    public static ReceiveTimeout Instance { get; } = new();
}
