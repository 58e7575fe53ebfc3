namespace Akka.Actor;

/// <summary>The handlers of one behaviour, in order.</summary>
internal sealed class ReceiveTable
{
    private readonly List<Func<object, bool>> _open = [];
    private Func<object, bool>[] _handlers = [];
    private bool _takesEverything;

    public ReceiveTable Close()
    {
        _handlers = [.. _open];
        return this;
    }

    public bool Handle(object message)
    {
        foreach (var handler in _handlers)
        {
            if (handler(message))
                return true;
        }
        return false;
    }

    public void Add<T>(Action<T> handler, Predicate<T> shouldHandle)
    {
        if (shouldHandle is null)
            Append(message => Take(message, handler));
        else
            Append(message => message is T typed && shouldHandle(typed) && Run(handler, typed));
        _takesEverything = typeof(T) == typeof(object) && shouldHandle is null;
    }

    public void Add<T>(Func<T, bool> handler) => Append(message => message is T typed && handler(typed));

    public void Add(Type messageType, Action<object> handler, Predicate<object> shouldHandle)
    {
        Append(message => messageType.IsInstanceOfType(message) && shouldHandle?.Invoke(message) != false && Run(handler, message));
        _takesEverything = messageType == typeof(object) && shouldHandle is null;
    }

    public void Add(Type messageType, Func<object, bool> handler) =>
        Append(message => messageType.IsInstanceOfType(message) && handler(message));

    private static bool Take<T>(object message, Action<T> handler)
    {
        if (message is not T typed)
            return false;
        handler(typed);
        return true;
    }

    private static bool Run<T>(Action<T> handler, T message)
    {
        handler(message);
        return true;
    }

    private void Append(Func<object, bool> handler)
    {
        if (_takesEverything)
            throw new InvalidOperationException("A handler that takes every message is registered. No handler can be added after it.");
        _open.Add(handler);
    }
}
