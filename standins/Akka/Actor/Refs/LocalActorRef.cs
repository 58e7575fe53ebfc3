using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>The reference to a running actor; outlives it, and turns into a way to the dead letters.</summary>
internal sealed class LocalActorRef : ActorRefBase
{
    private volatile bool _subscribed;

    public LocalActorRef(LocalActorSystem system, Props props, Dispatch.Dispatcher dispatcher, ActorRefBase parent, ActorPath path)
    {
        Path = path;
        System = system;
        Cell = new ActorCell(system, this, props, dispatcher, parent);
    }

    public override ActorPath Path { get; }

    internal override LocalActorSystem System { get; }

    internal ActorCell Cell { get; }

    /// <summary>Whether the event stream has to be told when the actor stops.</summary>
    internal bool Subscribed
    {
        get => _subscribed;
        set => _subscribed = value;
    }

    protected override void TellInternal(object message, IActorRef sender) => Cell.SendMessage(message, sender);

    internal override void SendSystemMessage(SystemMessage message) => Cell.SendSystemMessage(message);
}
