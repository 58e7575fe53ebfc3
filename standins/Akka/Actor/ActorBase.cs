using Akka.Event;

namespace Akka.Actor;

/// <summary>The root of all actors: one message at a time, behaviours, lifecycle hooks, supervision of children.</summary>
public abstract class ActorBase
{
    private IActorRef _selfAfterEnd;
    private SupervisorStrategy _strategy;

    /// <exception cref="ActorInitializationException">The actor was made with new rather than through its props.</exception>
    protected ActorBase()
    {
        var cell = ActorCell.Current
            ?? throw new ActorInitializationException(null, "An actor is made by ActorOf(Props), never with new outside of it.");
        if (this is IWithTimers withTimers)
            withTimers.Timers = new TimerScheduler(cell, cell.Scheduler);
        cell.Become(Receive);
    }

    protected static IActorContext Context
    {
        get
        {
            var cell = ActorCell.Current ?? throw new NotSupportedException(
                "There is no active ActorContext: this code runs outside of the actor's turn, most likely after an await that left it.");
            return cell.HasActor ? cell : null;
        }
    }

    protected IActorRef Self => _selfAfterEnd ?? Context.Self;

    protected IActorRef Sender => Context.Sender;

    internal SupervisorStrategy StrategyForChildren => _strategy ??= SupervisorStrategy();

    internal SupervisorStrategy StrategyOfProps
    {
        set => _strategy = value;
    }

    protected abstract bool Receive(object message);

    /// <summary>Called for what no handler took: publishes <see cref="UnhandledMessage"/>.</summary>
    /// <exception cref="DeathPactException">The message is <see cref="Terminated"/>.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
            throw new DeathPactException(terminated.ActorRef);
        Context.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    protected void Become(Receive receive) => Context.Become(receive);

    protected void BecomeStacked(Receive receive) => Context.BecomeStacked(receive);

    protected void UnbecomeStacked() => Context.UnbecomeStacked();

    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);

    /// <summary>How this actor decides over failing children, unless its props say otherwise.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    protected virtual void PreStart()
    {
    }

    protected virtual void PostStop()
    {
    }

    /// <summary>On the failed instance, before the new one is made: stops all children, then calls <see cref="PostStop"/>.</summary>
    /// <param name="reason">What the actor threw.</param>
    /// <param name="message">The message it threw on; null if it failed outside of one.</param>
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }
        PostStop();
    }

    /// <summary>On the new instance: calls <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    internal bool Handle(Receive behaviour, object message)
    {
        var handled = behaviour(message);
        if (!handled)
            Unhandled(message);
        return handled;
    }

    internal void Start() => PreStart();

    internal void StartAgain(Exception reason) => PostRestart(reason);

    internal void EndBeforeRestart(Exception reason, object message)
    {
        CancelTimers();
        PreRestart(reason, message);
        ReturnStash();
    }

    internal void End()
    {
        CancelTimers();
        PostStop();
        ReturnStash();
    }

    internal void Detach(IActorRef deadLetters) => _selfAfterEnd = deadLetters;

    private void CancelTimers() => (this as IWithTimers)?.Timers?.CancelAll();

    private void ReturnStash() => (this as IActorStash)?.Stash?.UnstashAll();
}
