using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private readonly Children _children = new();
    private long _lastGeneratedName = -1;

    public IActorRef ActorOf(Props props, string name = null)
    {
        name = name is null ? ActorNames.Generated(Interlocked.Increment(ref _lastGeneratedName)) : ActorNames.Checked(name);
        _children.Reserve(name);
        LocalActorRef child;
        try
        {
            var path = _self.Path.WithChild(name, _system.NextUid());
            child = new LocalActorRef(_system, props, _system.Dispatchers.For(props, path), _self, path);
        }
        catch
        {
            _children.Unreserve(name);
            throw;
        }
        if (IsFailed)
        {
            for (var i = Mailbox.Suspensions; i > 0; i--)
                child.SendSystemMessage(new Suspend());
        }
        _children.Add(child);
        child.Cell.Start();
        return child;
    }

    public IActorRef Child(string name) => _children.Find(name) ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => _children.All().Select(stats => stats.Child);

    public void Stop(IActorRef child)
    {
        if (child is LocalActorRef local)
            _children.ShallEnd(local);
        ((ActorRefBase)child).Stop();
    }

    private void StopChildren()
    {
        foreach (var stats in _children.All())
            Stop(stats.Child);
    }

    private void SuspendChildren(IReadOnlyCollection<IActorRef> except)
    {
        foreach (var stats in _children.All())
        {
            if (except is null || !except.Contains(stats.Child))
                stats.Child.SendSystemMessage(new Suspend());
        }
    }

    private void ResumeChildren(Exception cause, IActorRef perpetrator)
    {
        foreach (var stats in _children.All())
            stats.Child.SendSystemMessage(new Resume(ReferenceEquals(stats.Child, perpetrator) ? cause : null));
    }
}
