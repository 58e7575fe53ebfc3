namespace Akka.Actor;

/// <summary>An actor with timers. The system sets the property before the constructor of the actor runs.</summary>
public interface IWithTimers
{
    ITimerScheduler Timers { get; set; }
}

/// <summary>Timers of one actor instance, each under a key: starting one again replaces it.</summary>
/// <remarks>All end with the instance, even if their message waits in the mailbox.</remarks>
public interface ITimerScheduler
{
    IReadOnlyCollection<object> ActiveTimers { get; }

    void StartPeriodicTimer(object key, object msg, TimeSpan interval);

    void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval);

    void StartSingleTimer(object key, object msg, TimeSpan timeout);

    bool IsTimerActive(object key);

    /// <summary>After this call the timer's message is not received any more.</summary>
    void Cancel(object key);

    void CancelAll();
}
