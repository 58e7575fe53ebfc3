namespace Akka.Actor;

public static class ActorRefs
{
    /// <summary>The absence of a sender; the receiver sees the dead letters in its place.</summary>
    public static readonly IActorRef NoSender = null;

    /// <summary>A reference to no actor: what is told to it disappears.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;
}

/// <summary>A reference that drops what it is told.</summary>
public abstract class MinimalActorRef : ActorRefBase
{
    private protected MinimalActorRef()
    {
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
    }
}

/// <summary>The type of <see cref="ActorRefs.Nobody"/>.</summary>
public sealed class Nobody : MinimalActorRef
{
    private Nobody()
    {
    }

    internal static Nobody Instance { get; } = new();

    public override ActorPath Path { get; } = ActorPath.Root("all-systems").WithChild("Nobody", 0);
}

public static class ActorRefExtensions
{
    /// <summary>True for null, for <see cref="Nobody"/> and for the dead letters, which stand for a sender that is not there.</summary>
    public static bool IsNobody(this IActorRef actorRef) => actorRef is null or Nobody or DeadLetterActorRef;
}

public static class ActorRefImplicitSenderExtensions
{
    /// <summary>Tells with the running actor as the sender, or without one outside of actors.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Self);

    /// <summary>Passes a message on with the sender it came from.</summary>
    public static void Forward(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Sender);
}

public static class ActorRefFactoryExtensions
{
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.Create<TActor>(), name);
}
