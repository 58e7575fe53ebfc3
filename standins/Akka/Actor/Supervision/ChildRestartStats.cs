namespace Akka.Actor;

/// <summary>A child with the count of its restarts.</summary>
internal sealed class ChildRestartStats(LocalActorRef child, long birth)
{
    private int _restarts;
    private TimeSpan? _windowStart;

    public LocalActorRef Child { get; } = child;

    /// <summary>Orders siblings by age.</summary>
    public long Birth { get; } = birth;

    /// <summary>Counts a restart and tells whether it is within the limits; none of them below zero means there is none.</summary>
    /// <param name="maxNrOfRetries">0 forbids restarts; below 0, one per window if there is a window.</param>
    /// <param name="withinTimeMilliseconds">The window begins with the first restart, and anew with the first one after its end.</param>
    public bool RequestRestart(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
            return false;
        if (withinTimeMilliseconds <= 0)
            return maxNrOfRetries < 0 || ++_restarts <= maxNrOfRetries;

        var now = Child.System.Uptime;
        _windowStart ??= now;
        if (now - _windowStart <= TimeSpan.FromMilliseconds(withinTimeMilliseconds))
            return ++_restarts <= Math.Max(maxNrOfRetries, 1);
        _restarts = 1;
        _windowStart = now;
        return true;
    }
}
