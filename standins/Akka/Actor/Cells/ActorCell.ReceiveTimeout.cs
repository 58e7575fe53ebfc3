namespace Akka.Actor;

internal sealed partial class ActorCell
{
    private IDisposable _pendingTimeout;

    public TimeSpan? ReceiveTimeout { get; private set; }

    private bool UsesReceiveTimeout => ReceiveTimeout is not null || _pendingTimeout is not null;

    public void SetReceiveTimeout(TimeSpan? timeout) => ReceiveTimeout = timeout;

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
