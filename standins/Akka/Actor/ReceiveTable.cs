namespace Akka.Actor;

/// <summary>The cases of one behaviour, in order.</summary>
internal sealed class ReceiveTable
{
    private Case[] _cases = [];
    private bool _takesEverything;

    public bool Handle(object message)
    {
        foreach (var one in _cases)
        {
            if (one.Take(message))
                return true;
        }
        return false;
    }

    public void Add<T>(Action<T> handler, Predicate<T> shouldHandle)
    {
        Append(shouldHandle is null ? new OfType<T>(handler) : new OfTypeIf<T>(handler, shouldHandle));
        _takesEverything = typeof(T) == typeof(object) && shouldHandle is null;
    }

    public void Add<T>(Func<T, bool> handler) => Append(new OfTypeUnlessRefused<T>(handler));

    private void Append(Case one)
    {
        if (_takesEverything)
            throw new InvalidOperationException("A handler that takes every message is registered. No handler can be added after it.");
        _cases = [.. _cases, one];
    }

    private abstract class Case
    {
        /// <summary>False leaves the message to the cases after this one.</summary>
        public abstract bool Take(object message);
    }

    private sealed class OfType<T>(Action<T> handler) : Case
    {
        public override bool Take(object message)
        {
            if (message is not T typed)
                return false;
            handler(typed);
            return true;
        }
    }

    private sealed class OfTypeIf<T>(Action<T> handler, Predicate<T> shouldHandle) : Case
    {
        public override bool Take(object message)
        {
            if (message is not T typed || !shouldHandle(typed))
                return false;
            handler(typed);
            return true;
        }
    }

    private sealed class OfTypeUnlessRefused<T>(Func<T, bool> handler) : Case
    {
        public override bool Take(object message) => message is T typed && handler(typed);
    }
}
