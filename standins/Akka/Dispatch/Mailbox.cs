using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>The queues of one actor and the promise that at most one thread works on them at a time.</summary>
internal sealed class Mailbox(ActorCell cell, Dispatcher dispatcher) : IThreadPoolWorkItem
{
    private static readonly SystemMessage s_closed = new Terminate();

    private readonly ConcurrentQueue<Envelope> _queue = new();
    private Stack<Envelope> _front;
    private SystemMessage _latestSystemMessage;
    private int _scheduled;
    private int _suspensions;
    private volatile bool _closed;

    public bool IsSuspended => _suspensions > 0;

    public bool IsClosed => _closed;

    /// <summary>How many resumptions the actor needs before it takes user messages again.</summary>
    public int Suspensions => _suspensions;

    public void Post(Envelope envelope)
    {
        if (_closed)
        {
            cell.ToDeadLetters(envelope);
            return;
        }
        _queue.Enqueue(envelope);
        if (_closed)
            EmptyToDeadLetters();
        else
            Schedule();
    }

    /// <summary>Puts an envelope before all others. Only on the actor's own turn.</summary>
    public void PostFirst(Envelope envelope) => (_front ??= new Stack<Envelope>()).Push(envelope);

    public void PostSystem(SystemMessage message)
    {
        SystemMessage latest;
        do
        {
            latest = Volatile.Read(ref _latestSystemMessage);
            if (ReferenceEquals(latest, s_closed))
            {
                message.Next = null;
                cell.ToDeadLetters(message);
                return;
            }
            message.Next = latest;
        }
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _latestSystemMessage, message, latest), latest));
        Schedule();
    }

    public void Suspend() => _suspensions++;

    public void Resume()
    {
        if (_suspensions > 0)
            _suspensions--;
    }

    /// <summary>Takes nothing more, and passes on to the dead letters what is still there. Only on the actor's own turn.</summary>
    public void Close()
    {
        _closed = true;
        for (var message = InOrder(Interlocked.Exchange(ref _latestSystemMessage, s_closed)); message is not null;)
            message = Discard(message);
        while (_front?.TryPop(out var envelope) == true)
            cell.ToDeadLetters(envelope);
        EmptyToDeadLetters();
    }

    /// <summary>Passes a chain of system messages on to the dead letters, one at a time.</summary>
    public SystemMessage Discard(SystemMessage message)
    {
        var next = message.Next;
        message.Next = null;
        cell.ToDeadLetters(message);
        return next;
    }

    public void Execute()
    {
        var outer = ActorCell.Current;
        ActorCell.Current = cell;
        try
        {
            Work();
        }
        finally
        {
            ActorCell.Current = outer;
            Release();
        }
    }

    private void Work()
    {
        WorkOffSystemMessages();
        for (var left = dispatcher.Throughput; left > 0 && _suspensions == 0 && !_closed && TryTake(out var envelope); left--)
        {
            // A system message that was sent before this envelope comes first, also if it arrived only now.
            if (Volatile.Read(ref _latestSystemMessage) is null)
                cell.Invoke(envelope);
            else
                PostFirst(envelope);
            WorkOffSystemMessages();
        }
    }

    private void WorkOffSystemMessages()
    {
        while (!_closed && Volatile.Read(ref _latestSystemMessage) is not null)
            cell.SystemInvoke(InOrder(Interlocked.Exchange(ref _latestSystemMessage, null)));
    }

    private void Release()
    {
        if (_closed)
            return;
        var takesMessages = _suspensions == 0;
        var frontHasMore = _front is { Count: > 0 };
        Interlocked.Exchange(ref _scheduled, 0);
        if (Volatile.Read(ref _latestSystemMessage) is not null || (takesMessages && (frontHasMore || !_queue.IsEmpty)))
            Schedule();
    }

    private void Schedule()
    {
        // Without the fence the queue's write could become visible after the read, and the message would lie there unseen.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
            dispatcher.Execute(this);
    }

    private bool TryTake(out Envelope envelope) => (_front is { Count: > 0 } && _front.TryPop(out envelope)) || _queue.TryDequeue(out envelope);

    private void EmptyToDeadLetters()
    {
        while (_queue.TryDequeue(out var envelope))
            cell.ToDeadLetters(envelope);
    }

    private static SystemMessage InOrder(SystemMessage latest)
    {
        SystemMessage first = null;
        while (latest is not null)
            (first, latest.Next, latest) = (latest, first, latest.Next);
        return first;
    }
}
