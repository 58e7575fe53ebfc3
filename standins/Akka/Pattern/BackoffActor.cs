using Akka.Actor;
using Akka.Event;

namespace Akka.Pattern;

/// <summary>What <see cref="BackoffSupervisor.Props"/> makes.</summary>
internal sealed class BackoffActor(BackoffPlan plan) : ActorBase
{
    // Pauses differ between supervisors, and are the same in each run of a program.
    private readonly Random _random = new((int)Context.Self.Path.Uid);
    private IActorRef _child;
    private IActorRef _failed;
    private int _restarts;

    protected override void PreStart() => StartChild();

    protected override SupervisorStrategy SupervisorStrategy() => !plan.OnFailure
        ? plan.Strategy
        : new OneForOneStrategy(plan.Strategy.MaxNumberOfRetries, plan.Strategy.WithinTimeRangeMilliseconds, Decide);

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Terminated { ActorRef: var ended } when ended.Equals(_child):
                OnChildEnded();
                break;
            case StartChildAgain when _failed is null:
                StartChild();
                Later(plan.ResetBackoff, new ForgetRestarts(_restarts));
                break;
            case StartChildAgain:
                break;
            case ForgetRestarts forget:
                _restarts = forget.Restarts == _restarts ? 0 : _restarts;
                break;
            case BackoffSupervisor.GetRestartCount:
                Sender.Tell(new BackoffSupervisor.RestartCount(_restarts));
                break;
            case BackoffSupervisor.GetCurrentChild:
                Sender.Tell(new BackoffSupervisor.CurrentChild(_child));
                break;
            default:
                PassOn(message);
                break;
        }
        return true;
    }

    /// <summary>A restart becomes a stop, with a new start after the pause.</summary>
    private Directive Decide(Exception cause)
    {
        var directive = plan.Strategy.Decider.Decide(cause);
        if (directive != Directive.Restart)
            return directive;
        if (_restarts == 0 && plan.Strategy.WithinTimeRangeMilliseconds > 0)
            Later(TimeSpan.FromMilliseconds(plan.Strategy.WithinTimeRangeMilliseconds), new ForgetRestarts(_restarts));
        if (MayStartAgain)
            _failed = Sender;
        else
            Context.Stop(Self);
        return Directive.Stop;
    }

    private bool MayStartAgain => plan.Strategy.MaxNumberOfRetries < 0 || _restarts < plan.Strategy.MaxNumberOfRetries;

    private void OnChildEnded()
    {
        var startAgain = plan.OnFailure ? _failed is not null : MayStartAgain;
        _child = null;
        _failed = null;
        if (startAgain)
            Later(plan.PauseAfter(_restarts++, _random), StartChildAgain.Instance);
        else
            Context.Stop(Self);
    }

    private void StartChild() => _child ??= Context.Watch(Context.ActorOf(plan.ChildProps, plan.ChildName));

    private void PassOn(object message)
    {
        if (_child is null)
            Context.System.DeadLetters.Forward(message);
        else if (_child.Equals(Sender))
            Context.Parent.Tell(message);
        else
            _child.Forward(message);
    }

    private void Later(TimeSpan delay, object message) => Context.System.Scheduler.ScheduleTellOnce(delay, Self, message, Self);

    private sealed record StartChildAgain : IDeadLetterSuppression
    {
        public static readonly StartChildAgain Instance = new();
    }

    private sealed record ForgetRestarts(int Restarts) : IDeadLetterSuppression;
}
