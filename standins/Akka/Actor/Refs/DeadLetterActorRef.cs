using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>Where messages end whose receiver has stopped: on the event stream.</summary>
internal sealed class DeadLetterActorRef(LocalActorSystem system, ActorPath path) : ActorRefBase
{
    public override ActorPath Path { get; } = path;

    internal override LocalActorSystem System { get; } = system;

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case null:
                throw new InvalidMessageException("Message is null");
            case DeadLetter letter:
                Publish(letter.Message, letter.Sender, letter.Recipient);
                break;
            default:
                Publish(message, sender, this);
                break;
        }
    }

    internal void Publish(object message, IActorRef sender, IActorRef recipient)
    {
        var from = sender.IsNobody() ? this : sender;
        if (message is IDeadLetterSuppression suppressed)
            System.EventStream.Publish(new SuppressedDeadLetter(suppressed, from, recipient));
        else
            System.EventStream.Publish(new DeadLetter(message, from, recipient));
    }

    /// <summary>Answers for actors that no longer can: who watches one learns at once that it is gone.</summary>
    internal override void SendSystemMessage(SystemMessage message)
    {
        if (message is Watch watch && !ReferenceEquals(watch.Watcher, this))
            watch.Watcher.SendSystemMessage(new DeathWatchNotification(watch.Watchee, existenceConfirmed: false));
    }
}
