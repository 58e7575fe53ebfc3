using Akka.Actor;
using Akka.Dispatch.SysMsg;

namespace Akka.Dispatch;

/// <summary>The queues of one actor and the promise that at most one thread works on them at a time.</summary>
/// <remarks>
/// Both queues are chains that any thread lengthens at one end with a compare-and-exchange, and that the actor's turn takes as a whole.
/// The turn is passed from thread to thread through <c>_scheduled</c>, whose interlocked changes make the actor's state visible to the next.
/// </remarks>
internal sealed class Mailbox(ActorCell cell, Dispatcher dispatcher) : IThreadPoolWorkItem
{
    private static readonly SystemMessage s_closedToSystem = new Terminate();
    private static readonly Letter s_closed = new(default);

    private Letter _latest;
    private Letter _oldest;
    private SystemMessage _latestSystemMessage;
    private int _scheduled;

    /// <summary>How many resumptions the actor needs before it takes user messages again.</summary>
    public int Suspensions { get; private set; }

    public bool IsSuspended => Suspensions > 0;

    public bool IsClosed => ReferenceEquals(Volatile.Read(ref _latest), s_closed);

    public void Post(Envelope envelope)
    {
        var letter = new Letter(envelope);
        Letter latest;
        do
        {
            latest = Volatile.Read(ref _latest);
            if (ReferenceEquals(latest, s_closed))
            {
                cell.ToDeadLetters(envelope);
                return;
            }
            letter.Next = latest;
        }
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _latest, letter, latest), latest));
        Schedule();
    }

    /// <summary>Puts an envelope before all others. Only on the actor's own turn.</summary>
    public void PostFirst(Envelope envelope) => _oldest = new Letter(envelope) { Next = _oldest };

    public void PostSystem(SystemMessage message)
    {
        SystemMessage latest;
        do
        {
            latest = Volatile.Read(ref _latestSystemMessage);
            if (ReferenceEquals(latest, s_closedToSystem))
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

    public void Suspend() => Suspensions++;

    public void Resume()
    {
        if (Suspensions > 0)
            Suspensions--;
    }

    /// <summary>Takes nothing more, and passes on to the dead letters what is still there. Only on the actor's own turn.</summary>
    public void Close()
    {
        for (var message = InOrder(Interlocked.Exchange(ref _latestSystemMessage, s_closedToSystem)); message is not null;)
            message = Discard(message);
        Discard(_oldest);
        _oldest = null;
        Discard(InOrder(Interlocked.Exchange(ref _latest, s_closed)));
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
        for (var left = dispatcher.Throughput; left > 0 && Suspensions == 0 && !IsClosed && TryTake(out var envelope); left--)
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
        while (Volatile.Read(ref _latestSystemMessage) is not null && !IsClosed)
            cell.SystemInvoke(InOrder(Interlocked.Exchange(ref _latestSystemMessage, null)));
    }

    private void Release()
    {
        if (IsClosed)
            return;
        // What belongs to the turn is read before the turn is given away.
        var takesMessages = Suspensions == 0;
        var hasMore = _oldest is not null;
        Interlocked.Exchange(ref _scheduled, 0);
        if (Volatile.Read(ref _latestSystemMessage) is not null || (takesMessages && (hasMore || Volatile.Read(ref _latest) is not null)))
            Schedule();
    }

    /// <summary>
    /// Called after an interlocked change: either this sees that no turn is under way, or that turn's <see cref="Release"/>, which gives
    /// it away before it looks, sees the change. So nothing is left in a mailbox that goes idle.
    /// </summary>
    private void Schedule()
    {
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
            dispatcher.Execute(this);
    }

    private bool TryTake(out Envelope envelope)
    {
        if (_oldest is null && Volatile.Read(ref _latest) is not null)
            _oldest = InOrder(Interlocked.Exchange(ref _latest, null));
        var letter = _oldest;
        envelope = letter?.Envelope ?? default;
        _oldest = letter?.Next;
        return letter is not null;
    }

    private void Discard(Letter letter)
    {
        for (; letter is not null; letter = letter.Next)
            cell.ToDeadLetters(letter.Envelope);
    }

    private static Letter InOrder(Letter latest)
    {
        Letter first = null;
        while (latest is not null)
            (first, latest.Next, latest) = (latest, first, latest.Next);
        return first;
    }

    private static SystemMessage InOrder(SystemMessage latest)
    {
        SystemMessage first = null;
        while (latest is not null)
            (first, latest.Next, latest) = (latest, first, latest.Next);
        return first;
    }

    private sealed class Letter(Envelope envelope)
    {
        public readonly Envelope Envelope = envelope;
        public Letter Next;
    }
}
