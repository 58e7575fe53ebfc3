namespace Akka.Actor;

/// <summary>Why an actor waits for children to end.</summary>
internal abstract record Awaited
{
    /// <summary>It asked for them to be stopped, and goes on meanwhile.</summary>
    public sealed record NothingElse : Awaited;

    public sealed record Recreation(Exception Cause) : Awaited;

    public sealed record Creation : Awaited;

    public sealed record Termination : Awaited;
}

/// <summary>The children of one actor. Guarded, since anyone may create top-level actors at any time.</summary>
internal sealed class Children
{
    /// <summary>Those of an actor that never had one and will have none.</summary>
    public static readonly Children Ended = new() { _terminated = true };

    private readonly Lock _gate = new();
    private Dictionary<string, ChildRestartStats> _byName;
    private HashSet<LocalActorRef> _ending;
    private Awaited _awaited;
    private bool _terminated;
    private bool _closed;
    private long _births;

    public bool IsNormal => !_terminated && _awaited is null or Awaited.NothingElse;

    public bool IsTerminating => _terminated || _awaited is Awaited.Termination;

    /// <summary>Whether an instance can only be made once children have ended.</summary>
    public bool AwaitedForNextInstance => _awaited is Awaited.Recreation or Awaited.Creation;

    public void Reserve(string name)
    {
        lock (_gate)
        {
            RequireOpen(name);
            if (!(_byName ??= []).TryAdd(name, null))
                throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
        }
    }

    public void Unreserve(string name)
    {
        lock (_gate)
            _byName.Remove(name);
    }

    /// <exception cref="InvalidOperationException">The end began since the name was reserved; it is free again.</exception>
    public void Add(LocalActorRef child)
    {
        lock (_gate)
        {
            var name = child.Path.Name;
            _byName.Remove(name);
            RequireOpen(name);
            _byName[name] = new ChildRestartStats(child, _births++);
        }
    }

    /// <summary>Takes no more children, so that those there are can be stopped and none is left out.</summary>
    public void Close()
    {
        lock (_gate)
            _closed = true;
    }

    public LocalActorRef Find(string name)
    {
        lock (_gate)
            return _byName?.GetValueOrDefault(name)?.Child;
    }

    public ChildRestartStats Find(LocalActorRef child)
    {
        lock (_gate)
            return _byName?.GetValueOrDefault(child.Path.Name) is { } stats && ReferenceEquals(stats.Child, child) ? stats : null;
    }

    /// <summary>In the order of their creation.</summary>
    public IReadOnlyList<ChildRestartStats> ByAge()
    {
        lock (_gate)
            return _byName is not { Count: > 0 } ? [] : [.. _byName.Values.Where(stats => stats is not null).OrderBy(stats => stats.Birth)];
    }

    public void ShallEnd(LocalActorRef child)
    {
        lock (_gate)
        {
            if (Find(child) is null)
                return;
            (_ending ??= []).Add(child);
            _awaited ??= new Awaited.NothingElse();
        }
    }

    /// <summary>Lays down what follows the end of the children that are ending; false if there are none.</summary>
    public bool Await(Awaited reason)
    {
        lock (_gate)
        {
            if (_awaited is null)
                return false;
            _awaited = reason;
            return true;
        }
    }

    public void Terminate()
    {
        lock (_gate)
            _terminated = true;
    }

    /// <summary>Takes an ended child out; returns what was awaited if it was the last to wait for.</summary>
    public Awaited Remove(LocalActorRef child)
    {
        lock (_gate)
        {
            if (Find(child) is not null)
                _byName.Remove(child.Path.Name);
            if (_awaited is null)
                return null;
            _ending.Remove(child);
            if (_ending.Count > 0)
                return null;
            var reason = _awaited;
            _awaited = null;
            _terminated |= reason is Awaited.Termination;
            return reason;
        }
    }

    private void RequireOpen(string name)
    {
        if (_closed || IsTerminating)
            throw new InvalidOperationException($"Cannot create child [{name}] while terminating or terminated");
    }
}
