namespace Akka.Actor;

/// <summary>The parent of the top-level actors.</summary>
internal sealed class GuardianActor : ActorBase
{
    protected override bool Receive(object message)
    {
        if (message is StopChild stop)
            Context.Stop(stop.Child);
        else
            Context.System.DeadLetters.Tell(message, Sender);
        return true;
    }
}

internal sealed record StopChild(IActorRef Child);
