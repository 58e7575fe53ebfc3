using Akka.Dispatch;
using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

/// <summary>What lives as long as an actor's reference does, over all instances of the actor: mailbox, behaviour, children, watches.</summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell t_current;

    private readonly LocalActorSystem _system;
    private readonly LocalActorRef _self;
    private readonly ActorRefBase _parent;
    private Behaviour _behaviour;
    private ActorBase _actor;
    private ActorTaskScheduler _taskScheduler;

    public ActorCell(LocalActorSystem system, LocalActorRef self, Props props, Dispatcher dispatcher, ActorRefBase parent)
    {
        _system = system;
        _self = self;
        _parent = parent;
        Props = props;
        Mailbox = new Mailbox(this, dispatcher);
    }

    /// <summary>The cell whose turn it is on this thread.</summary>
    public static ActorCell Current
    {
        get => t_current;
        set => t_current = value;
    }

    public Props Props { get; }

    public Mailbox Mailbox { get; }

    public IActorRef Self => _self;

    public IActorRef Sender { get; private set; }

    public IActorRef Parent => _parent;

    public ActorSystem System => _system;

    public SystemScheduler Scheduler => _system.SystemScheduler;

    public object CurrentMessage { get; private set; }

    /// <summary>Changes with every user message.</summary>
    public long CurrentEnvelopeId { get; private set; }

    /// <summary>False between the end of one instance and the making of the next.</summary>
    public bool HasActor { get; private set; }

    public ActorTaskScheduler TaskScheduler => _taskScheduler ??= new ActorTaskScheduler(this);

    public void Start() => SendSystemMessage(new Create());

    public void SendMessage(object message, IActorRef sender)
    {
        ArgumentNullException.ThrowIfNull(message);
        Mailbox.Post(new Envelope(message, sender ?? _system.DeadLetterRef));
    }

    public void SendSystemMessage(SystemMessage message) => Mailbox.PostSystem(message);

    public void ToDeadLetters(Envelope envelope)
    {
        // An actor that subscribed to dead letters and has ended would hear of its own without end.
        if (envelope.Message is not DeadLetter)
            _system.DeadLetterRef.Publish(envelope.Message, envelope.Sender, _self);
    }

    public void ToDeadLetters(SystemMessage message) => _system.DeadLetterRef.SendSystemMessage(message);

    /// <summary>Replaces the current behaviour. That of the class itself stays at the bottom.</summary>
    public void Become(Receive receive) => _behaviour = new Behaviour(receive, _behaviour?.Below ?? _behaviour);

    public void BecomeStacked(Receive receive) => _behaviour = new Behaviour(receive, _behaviour);

    public void UnbecomeStacked() => _behaviour = _behaviour?.Below ?? _behaviour;

    public void Become(UntypedReceive receive) => Become(Untyped(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Untyped(receive));

    private static Receive Untyped(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private ActorBase MakeActor()
    {
        _behaviour = null;
        HasActor = true;
        var actor = Props.NewActor();
        (actor as ReceiveActor)?.CompleteConstruction();
        if (actor is IActorStash stashing)
            stashing.Stash = new ActorStash(this);
        actor.StrategyOfProps = Props.SupervisorStrategy;
        return actor;
    }

    private void ReleaseActor(ActorBase actor)
    {
        if (actor is not null)
        {
            try
            {
                (actor as IDisposable)?.Dispose();
            }
            catch (Exception e)
            {
                PublishError(e, $"An error occurred while disposing {actor.GetType()} actor. Reason: {e.Message}");
            }
            actor.Detach(_system.DeadLetterRef);
        }
        HasActor = false;
        CurrentMessage = null;
    }

    private sealed record Behaviour(Receive Receive, Behaviour Below);
}
