using Akka.Dispatch.SysMsg;
using Akka.Event;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    // Whose failure the actor waits to be decided: its own, or a child's that it has escalated.
    private IActorRef _perpetrator;

    private bool IsFailed => _perpetrator is not null;

    private Type ActorType => _actor?.GetType() ?? Props.Type;

    private void CreateActor()
    {
        try
        {
            _actor = MakeActor();
            _actor.Start();
            CheckReceiveTimeout(true);
        }
        catch (Exception e)
        {
            ReleaseActor(_actor);
            _actor = null;
            throw new ActorInitializationException(_self, "Exception during creation", e);
        }
    }

    /// <summary>Holds the actor and its children still and leaves the decision to the parent.</summary>
    private void Fail(Exception cause, IActorRef perpetrator, IReadOnlyCollection<IActorRef> alreadySuspended = null)
    {
        if (IsFailed)
            return;
        Mailbox.Suspend();
        _perpetrator = perpetrator;
        SuspendChildren([perpetrator, .. alreadySuspended ?? []]);
        _parent.SendSystemMessage(new Failed(_self, cause));
    }

    private void Decide(Failed failed)
    {
        if (_children?.Find(failed.Child) is not { } stats)
            return;
        var (sender, message) = (Sender, CurrentMessage);
        Sender = failed.Child;
        CurrentMessage = failed;
        try
        {
            if (!_actor.StrategyForChildren.HandleFailure(this, stats, failed.Cause))
                Fail(failed.Cause, failed.Child);
        }
        catch (Exception e)
        {
            Fail(e, failed.Child);
        }
        finally
        {
            // An asynchronous handler may be half way through the message these belong to.
            (Sender, CurrentMessage) = (sender, message);
        }
    }

    private void RecreateActor(Exception cause)
    {
        if (_actor is null)
        {
            PublishError(null, $"Changing Recreate into Create after {cause}");
            CreateAgain();
        }
        else if (_children?.IsNormal != false)
        {
            var failed = _actor;
            var message = CurrentMessage;
            try
            {
                failed.EndBeforeRestart(cause, message);
            }
            catch (Exception e)
            {
                PublishError(new PreRestartException(_self, e, cause), e.Message);
            }
            ReleaseActor(failed);
            if (!Await(new Awaited.Recreation(cause)))
                FinishRecreation(cause);
        }
        else
        {
            ResumeActor(null);
        }
    }

    private void FinishRecreation(Exception cause)
    {
        var survivors = ChildrenByAge();
        try
        {
            Mailbox.Resume();
            _perpetrator = null;
            _actor = MakeActor();
            _actor.StartAgain(cause);
            foreach (var survivor in survivors)
                survivor.Child.SendSystemMessage(new Recreate(cause));
        }
        catch (Exception e)
        {
            ReleaseActor(_actor);
            Fail(new PostRestartException(_self, e, cause), _self, [.. survivors.Select(stats => stats.Child)]);
        }
    }

    private void ResumeActor(Exception causedByFailure)
    {
        if (_actor is null)
        {
            PublishError(null, $"Changing Resume into Create after {causedByFailure}");
            CreateAgain();
            return;
        }
        var perpetrator = _perpetrator;
        Mailbox.Resume();
        if (causedByFailure is not null)
            _perpetrator = null;
        ResumeChildren(causedByFailure, perpetrator);
    }

    private void CreateAgain()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        StopChildren();
        if (!Await(new Awaited.Creation()))
            FinishCreation();
    }

    private void FinishCreation()
    {
        Mailbox.Resume();
        _perpetrator = null;
        try
        {
            CreateActor();
        }
        catch (Exception e)
        {
            Fail(e, _self);
        }
    }

    private void TerminateActor()
    {
        SetReceiveTimeout(null);
        CancelReceiveTimeout();
        StopWatching();
        var family = Interlocked.CompareExchange(ref _children, Children.Ended, null);
        family?.Close();
        StopChildren();
        var wasTerminating = family?.IsTerminating == true;
        if (family?.Await(new Awaited.Termination()) != true)
        {
            family?.Terminate();
            FinishTermination();
        }
        else if (!wasTerminating)
        {
            Mailbox.Suspend();
            _perpetrator = _self;
        }
    }

    private void FinishTermination()
    {
        try
        {
            _actor?.End();
        }
        catch (Exception e)
        {
            PublishError(e, e.Message);
        }
        Mailbox.Close();
        _parent.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true));
        TellWatchers();
        StopWatching();
        CancelReceiveTimeout();
        if (_self.Subscribed)
            _system.EventStream.Unsubscribe(_self);
        ReleaseActor(_actor);
        _actor = null;
    }

    private void OnChildEnded(LocalActorRef child)
    {
        switch (_children.Remove(child))
        {
            case Awaited.Recreation recreation:
                FinishRecreation(recreation.Cause);
                break;
            case Awaited.Creation:
                FinishCreation();
                break;
            case Awaited.Termination:
                FinishTermination();
                break;
        }
    }

    private void PublishError(Exception cause, string message) =>
        _system.EventStream.Publish(new Error(cause, _self.Path.ToString(), ActorType, message));
}
