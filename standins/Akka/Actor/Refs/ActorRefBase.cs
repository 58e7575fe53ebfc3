using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>Equality and text of references; the internal members are what cells say to each other.</summary>
public abstract class ActorRefBase : IActorRef
{
    internal ActorRefBase()
    {
    }

    public abstract ActorPath Path { get; }

    /// <summary>Null only for <see cref="Nobody"/>.</summary>
    internal virtual LocalActorSystem System => null;

    public void Tell(object message, IActorRef sender) => TellInternal(message, sender);

    protected abstract void TellInternal(object message, IActorRef sender);

    internal virtual void SendSystemMessage(SystemMessage message)
    {
    }

    internal void Stop() => SendSystemMessage(new Terminate());

    public bool Equals(IActorRef other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public override bool Equals(object obj) => obj is IActorRef other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Path.Uid, Path);

    public override string ToString() => Path.Uid == 0 ? $"[{Path}]" : $"[{Path}#{Path.Uid}]";
}
