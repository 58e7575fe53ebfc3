using Akka.Dispatch.SysMsg;

namespace Akka.Actor;

internal sealed partial class ActorCell
{
    // Null until there is the first child, or the actor has ended without one.
    private Children _children;
    private long _lastGeneratedName = -1;

    public IActorRef ActorOf(Props props, string name = null)
    {
        name = name is null ? ActorNames.Generated(Interlocked.Increment(ref _lastGeneratedName)) : ActorNames.Checked(name);
        var family = _children ?? Interlocked.CompareExchange(ref _children, new Children(), null) ?? _children;
        family.Reserve(name);
        LocalActorRef child;
        try
        {
            var path = _self.Path.WithChild(name, _system.NextUid());
            child = new LocalActorRef(_system, props, _system.Dispatchers.For(props, path), _self, path);
        }
        catch
        {
            family.Unreserve(name);
            throw;
        }
        if (IsFailed)
        {
            for (var i = Mailbox.Suspensions; i > 0; i--)
                child.SendSystemMessage(new Suspend());
        }
        family.Add(child);
        child.Cell.Start();
        return child;
    }

    public IActorRef Child(string name) => _children?.Find(name) ?? (IActorRef)ActorRefs.Nobody;

    public IEnumerable<IActorRef> GetChildren() => ChildrenByAge().Select(stats => stats.Child);

    public IReadOnlyList<ChildRestartStats> ChildrenByAge() => _children?.ByAge() ?? [];

    public void Stop(IActorRef child)
    {
        if (child is LocalActorRef local)
            _children?.ShallEnd(local);
        ((ActorRefBase)child).Stop();
    }

    private bool Await(Awaited reason) => _children?.Await(reason) == true;

    private void StopChildren()
    {
        foreach (var stats in ChildrenByAge())
            Stop(stats.Child);
    }

    private void SuspendChildren(IReadOnlyCollection<IActorRef> except)
    {
        foreach (var stats in ChildrenByAge())
        {
            if (except is null || !except.Contains(stats.Child))
                stats.Child.SendSystemMessage(new Suspend());
        }
    }

    private void ResumeChildren(Exception cause, IActorRef perpetrator)
    {
        foreach (var stats in ChildrenByAge())
            stats.Child.SendSystemMessage(new Resume(ReferenceEquals(stats.Child, perpetrator) ? cause : null));
    }
}
