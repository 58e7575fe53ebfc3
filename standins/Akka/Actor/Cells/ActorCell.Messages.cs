using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private List<SystemMessage> _postponed;

    /// <summary>How much the actor can decide now; a system message may have to wait for a lower state.</summary>
    private enum Readiness
    {
        Normal,
        Suspended,
        AwaitsChildren,
    }

    public void Invoke(Envelope envelope)
    {
        var message = envelope.Message;
        Sender = envelope.Sender;
        CurrentEnvelopeId++;
        CurrentMessage = message;
        var endsWait = UsesReceiveTimeout && ((message as TimerMessage)?.Message ?? message) is not INotInfluenceReceiveTimeout;
        try
        {
            if (endsWait)
                CancelReceiveTimeout();
            if (message is TimerMessage timer)
                CurrentMessage = message = (_actor as IWithTimers)?.Timers is TimerScheduler timers ? timers.Accept(timer) : null;
            if (message is IAutoReceivedMessage automatic)
                AutoReceive(automatic);
            else if (message is not null)
                _actor.Handle(_behaviour.Receive, message);
            CurrentMessage = null;
        }
        catch (Exception e)
        {
            Fail(e, _self);
        }
        if (UsesReceiveTimeout)
            CheckReceiveTimeout(endsWait);
    }

    /// <summary>Works off a chain of system messages, earliest first.</summary>
    public void SystemInvoke(SystemMessage message)
    {
        while (message is not null)
        {
            var rest = message.Next;
            message.Next = null;
            var before = State;
            if (MustWait(message, before))
                (_postponed ??= []).Add(message);
            else
                Process(message);

            if (Mailbox.IsClosed)
            {
                while (rest is not null)
                    rest = Mailbox.Discard(rest);
                foreach (var postponed in _postponed ?? [])
                    ToDeadLetters(postponed);
                _postponed = null;
                return;
            }
            message = State < before ? BeforeOthers(rest) : rest;
        }
    }

    private Readiness State => _children?.AwaitedForNextInstance == true ? Readiness.AwaitsChildren
        : Mailbox.IsSuspended ? Readiness.Suspended : Readiness.Normal;

    private static bool MustWait(SystemMessage message, Readiness state) => state switch
    {
        Readiness.AwaitsChildren => message is Recreate or Suspend or Resume or Failed,
        Readiness.Suspended => message is Failed,
        _ => false,
    };

    private SystemMessage BeforeOthers(SystemMessage rest)
    {
        for (var i = _postponed?.Count - 1 ?? -1; i >= 0; i--)
        {
            _postponed[i].Next = rest;
            rest = _postponed[i];
        }
        _postponed = null;
        return rest;
    }

    private void Process(SystemMessage message)
    {
        try
        {
            switch (message)
            {
                case TaskStep step:
                    RunTaskStep(step);
                    break;
                case Create:
                    CreateActor();
                    break;
                case Watch watch:
                    AddWatcher(watch.Watcher);
                    break;
                case Unwatch unwatch:
                    _watchers?.Remove(unwatch.Watcher);
                    break;
                case DeathWatchNotification death:
                    OnDeath(death.Actor, death.ExistenceConfirmed);
                    break;
                case Failed failed:
                    Decide(failed);
                    break;
                case Recreate recreate:
                    RecreateActor(recreate.Cause);
                    break;
                case Suspend:
                    Mailbox.Suspend();
                    SuspendChildren(null);
                    break;
                case Resume resume:
                    ResumeActor(resume.CausedByFailure);
                    break;
                case Terminate:
                    TerminateActor();
                    break;
            }
        }
        catch (Exception e)
        {
            Fail(e, _self);
        }
    }

    private void AutoReceive(IAutoReceivedMessage message)
    {
        switch (message)
        {
            case Terminated terminated:
                ReceiveTerminated(terminated);
                break;
            case Kill:
                throw new ActorKilledException("Kill");
            case PoisonPill:
                _self.Stop();
                break;
        }
    }

    private void RunTaskStep(TaskStep step)
    {
        CurrentMessage = step.Message;
        if (step.Failure is null)
        {
            step.Run();
            CurrentMessage = null;
        }
        else
        {
            Mailbox.Resume();
            Fail(step.Failure, _self);
        }
    }
}
