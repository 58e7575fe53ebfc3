using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>An actor whose behaviour is a table of handlers by message type, tried in the order of their registration.</summary>
public abstract class ReceiveActor : UntypedActor
{
    private readonly ReceiveTable _table = new();
    private ReceiveTable _open;

    protected ReceiveActor() => _open = _table;

    /// <summary>Closes the table that the constructor filled.</summary>
    internal void CompleteConstruction() => _open = null;

    protected sealed override void OnReceive(object message) => Dispatch(_table, message);

    /// <summary>Replaces the current behaviour by the handlers that the given method registers.</summary>
    protected void Become(Action configure)
    {
        var table = Configure(configure);
        Become(message => Dispatch(table, message));
    }

    protected void BecomeStacked(Action configure)
    {
        var table = Configure(configure);
        BecomeStacked(message => Dispatch(table, message));
    }

    /// <summary>Handles messages of the type that fulfil the predicate, if there is one.</summary>
    /// <exception cref="InvalidOperationException">Called outside of the constructor and of Become, or after a handler for everything.</exception>
    protected void Receive<T>(Action<T> handler, Predicate<T> shouldHandle = null) => Table.Add(handler, shouldHandle);

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Table.Add(handler, shouldHandle);

    /// <summary>Handles messages of the type for which the handler returns true; later handlers see the rest.</summary>
    protected void Receive<T>(Func<T, bool> handler) => Table.Add(handler);

    /// <summary>Handles everything that reaches it; nothing can be registered after it.</summary>
    protected void ReceiveAny(Action<object> handler) => Table.Add(handler, null);

    /// <summary>Like Receive, with a handler that may await: the next message is processed when its task has ended.</summary>
    /// <remarks>Self, Sender and Context hold after each await, except on the synchronized dispatcher.</remarks>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T> shouldHandle = null) => Receive(Awaited(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Receive(Awaited(handler), shouldHandle);

    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(Awaited(handler));

    private ReceiveTable Table => _open
        ?? throw new InvalidOperationException("Receive methods may be called in the actor's constructor and inside Become(), nowhere else.");

    private static Action<T> Awaited<T>(Func<T, Task> handler) => message => ActorTaskScheduler.RunTask(() => handler(message));

    private ReceiveTable Configure(Action configure)
    {
        var outer = _open;
        var table = _open = new ReceiveTable();
        try
        {
            configure();
        }
        finally
        {
            _open = outer;
        }
        return table;
    }

    private void Dispatch(ReceiveTable table, object message)
    {
        if (!table.Handle(message))
            Unhandled(message);
    }
}
