using Akka.Dispatch;
using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

/// <summary>What lives as long as an actor's reference does, over all instances of the actor: mailbox, behaviour, children, watches.</summary>
internal sealed partial class ActorCell : IUntypedActorContext
{
    [ThreadStatic]
    private static ActorCell t_current;

    private readonly Stack<Receive> _behaviours = new();
    private readonly LocalActorSystem _system;
    private readonly LocalActorRef _self;
    private readonly ActorRefBase _parent;
    private Receive _behaviour;
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

    public void ToDeadLetters(Envelope envelope) => _system.DeadLetterRef.Publish(envelope.Message, envelope.Sender, _self);

    public void ToDeadLetters(SystemMessage message) => _system.DeadLetterRef.SendSystemMessage(message);

    public void Become(Receive receive)
    {
        // The behaviour of the class itself stays at the bottom.
        if (_behaviours.Count > 1)
            _behaviours.Pop();
        BecomeStacked(receive);
    }

    public void BecomeStacked(Receive receive)
    {
        _behaviours.Push(receive);
        _behaviour = receive;
    }

    public void UnbecomeStacked()
    {
        if (_behaviours.Count > 1)
            _behaviours.Pop();
        _behaviour = _behaviours.Peek();
    }

    public void Become(UntypedReceive receive) => Become(Untyped(receive));

    public void BecomeStacked(UntypedReceive receive) => BecomeStacked(Untyped(receive));

    private static Receive Untyped(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };

    private ActorBase MakeActor()
    {
        _behaviours.Clear();
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
        _behaviours.Clear();
    }
}
