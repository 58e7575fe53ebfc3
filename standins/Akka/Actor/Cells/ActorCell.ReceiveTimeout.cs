namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private IDisposable _pendingTimeout;

    public TimeSpan? ReceiveTimeout { get; private set; }

    private bool UsesReceiveTimeout => ReceiveTimeout is not null || _pendingTimeout is not null;

    /// <exception cref="ArgumentOutOfRangeException">Below zero. Thrown here it is the actor's own failure; once the message has been handled, nobody would catch it.</exception>
    public void SetReceiveTimeout(TimeSpan? timeout) => ReceiveTimeout = timeout < TimeSpan.Zero
        ? throw new ArgumentOutOfRangeException(nameof(timeout), $"A receive timeout must be >=0, or null for none. It was {timeout}")
        : timeout;

    /// <summary>Starts the wait anew, or leaves the running one; without a timeout, ends it.</summary>
    public void CheckReceiveTimeout(bool reschedule)
    {
        if (ReceiveTimeout is not { } timeout)
        {
            CancelReceiveTimeout();
        }
        else if (reschedule || _pendingTimeout is null)
        {
            _pendingTimeout?.Dispose();
            _pendingTimeout = Scheduler.TellOnce(timeout, _self, Actor.ReceiveTimeout.Instance, _self);
        }
    }

    private void CancelReceiveTimeout()
    {
        _pendingTimeout?.Dispose();
        _pendingTimeout = null;
    }
}
