using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    // Watched actors, and ended ones whose Terminated lies in the mailbox, each with the message asked for in its place.
    private Dictionary<ActorRefBase, object> _watched;
    private Dictionary<ActorRefBase, object> _announced;
    private HashSet<ActorRefBase> _watchers;

    public IActorRef Watch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return StartWatching((ActorRefBase)subject, null);
    }

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(message);
        return StartWatching((ActorRefBase)subject, message);
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var actor = (ActorRefBase)subject;
        if (_watched?.Remove(actor) == true)
            actor.SendSystemMessage(new Unwatch(_self));
        _announced?.Remove(actor);
        return subject;
    }

    /// <summary>Notes that a <see cref="Terminated"/> lies in the mailbox again, put back from a stash.</summary>
    public void Announce(IActorRef actor, object message) => (_announced ??= [])[(ActorRefBase)actor] = message;

    private ActorRefBase StartWatching(ActorRefBase actor, object message)
    {
        if (!ReferenceEquals(actor, _self) && (_watched ??= []).TryAdd(actor, message))
            actor.SendSystemMessage(new Watch(actor, _self));
        return actor;
    }

    private void ReceiveTerminated(Terminated terminated)
    {
        if (_announced?.Remove((ActorRefBase)terminated.ActorRef, out var message) == true)
        {
            CurrentMessage = message ?? terminated;
            _actor.Handle(_behaviour.Receive, CurrentMessage);
        }
    }

    private void OnDeath(ActorRefBase actor, bool existenceConfirmed)
    {
        if (_watched?.Remove(actor, out var message) == true && _children?.IsTerminating != true)
        {
            _self.Tell(new Terminated(actor, existenceConfirmed), actor);
            Announce(actor, message);
        }
        if (actor is LocalActorRef child && _children?.Find(child) is not null)
            OnChildEnded(child);
    }

    private void AddWatcher(ActorRefBase watcher)
    {
        if (!ReferenceEquals(watcher, _self))
            (_watchers ??= []).Add(watcher);
    }

    private void TellWatchers()
    {
        // The parent has been told already, as parent.
        foreach (var watcher in _watchers ?? [])
        {
            if (!ReferenceEquals(watcher, _parent))
                watcher.SendSystemMessage(new DeathWatchNotification(_self, existenceConfirmed: true));
        }
        _watchers = null;
    }

    private void StopWatching()
    {
        foreach (var watched in _watched?.Keys.ToArray() ?? [])
            watched.SendSystemMessage(new Unwatch(_self));
        _watched = null;
        _announced = null;
    }
}
