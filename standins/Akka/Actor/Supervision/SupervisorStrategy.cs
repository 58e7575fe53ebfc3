using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>How a parent decides over its failed children.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Stops what could not be initialised, was killed, or did not outlive one it watched; restarts everything else.</summary>
    public static readonly IDecider DefaultDecider = new LocalOnlyDecider(
        cause => cause is ActorInitializationException or ActorKilledException or DeathPactException ? Directive.Stop : Directive.Restart);

    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(-1, -1, DefaultDecider);

    private protected SupervisorStrategy()
    {
    }

    internal abstract IDecider Decider { get; }

    private protected bool LoggingEnabled { get; init; }

    /// <summary>Carries out what the decider says; false if that is to escalate.</summary>
    internal bool HandleFailure(ActorCell cell, ChildRestartStats child, Exception cause)
    {
        var directive = Decider.Decide(cause);
        if (LoggingEnabled)
            Log(cell, child.Child, cause, directive);
        switch (directive)
        {
            case Directive.Resume:
                child.Child.SendSystemMessage(new Resume(cause));
                return true;
            case Directive.Restart or Directive.Stop:
                Process(cell, directive == Directive.Restart, child, cause);
                return true;
            default:
                return false;
        }
    }

    private protected abstract void Process(ActorCell cell, bool restart, ChildRestartStats child, Exception cause);

    private protected static int Milliseconds(TimeSpan? range) => range is { } given ? (int)given.TotalMilliseconds : -1;

    private void Log(ActorCell cell, LocalActorRef child, Exception cause, Directive directive)
    {
        var source = child.Path.ToString();
        var message = cause is ActorInitializationException { InnerException: { } inner } ? inner.Message : cause.Message;
        switch (directive)
        {
            case Directive.Resume:
                cell.System.EventStream.Publish(new Warning(cause, source, GetType(), message));
                break;
            case Directive.Restart or Directive.Stop:
                cell.System.EventStream.Publish(new Error(cause, source, GetType(), message));
                break;
        }
    }
}
