using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>How often a driver looks at its device: by lab time, but where lab time runs fast, no more often than the link can bear.</summary>
/// <param name="labClock">Durations of the experiment.</param>
/// <param name="linkClock">Real time.</param>
public sealed class Pace(TimeProvider labClock, TimeProvider linkClock)
{
    /// <summary>Looking more often tells nothing new.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.25);

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>A device at work is asked as often as one at rest: it may be in trouble, and nobody else would say so.</summary>
    private static readonly TimeSpan LongestReckoned = TimeSpan.FromSeconds(30);

    /// <summary>A device that has once told an end in a hundred years, by a spoilt answer, is asked again.</summary>
    private static readonly TimeSpan LongestBelieved = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan LinkRest = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until the end is expected, 0.25 s to 2 s: for what moves something, whose trouble must be seen soon.</summary>
    /// <param name="remaining">Lab time.</param>
    /// <returns>False when the wait was cancelled.</returns>
    public Task<bool> WaitAsync(TimeSpan remaining, CancellationToken cancellation) => UntilAsync(remaining, Longest, cancellation);

    /// <summary>
    /// Waits until the end is expected where nothing moves and the driver itself has reckoned how long the work takes: a tenth of the whole at a time, so that its progress can be followed, 2 s at
    /// least unless less remains, and 30 s at most, in which a device that is in trouble is found so.
    /// </summary>
    /// <param name="remaining">Lab time.</param>
    /// <param name="whole">Lab time that the work takes from its beginning.</param>
    /// <returns>False when the wait was cancelled.</returns>
    public Task<bool> WaitAsync(TimeSpan remaining, TimeSpan whole, CancellationToken cancellation) => UntilAsync(remaining, Tenth(whole, LongestReckoned), cancellation);

    /// <summary>
    /// Waits for as long as a device says that it still needs, so that work of hours costs few questions; not longer than a tenth of the
    /// whole, so that its progress can be followed, nor than 20 min, and 2 s at least unless less remains.
    /// </summary>
    /// <param name="remaining">Lab time.</param>
    /// <param name="whole">Lab time that the work takes from its beginning.</param>
    /// <returns>False when the wait was cancelled.</returns>
    public Task<bool> WaitForEndAsync(TimeSpan remaining, TimeSpan whole, CancellationToken cancellation) => UntilAsync(remaining, Tenth(whole, LongestBelieved), cancellation);

    private static TimeSpan Tenth(TimeSpan whole, TimeSpan most) => whole / 10 is var part && part < Longest ? Longest : part < most ? part : most;

    private Task<bool> UntilAsync(TimeSpan remaining, TimeSpan most, CancellationToken cancellation)
    {
        var part = remaining < most ? remaining : most;
        return RestAsync(part < Shortest ? Shortest : part, cancellation);
    }

    /// <summary>Waits for this lab time, and for 5 ms of real time at least.</summary>
    /// <returns>False when the wait was cancelled.</returns>
    public async Task<bool> RestAsync(TimeSpan labTime, CancellationToken cancellation)
    {
        try
        {
            // One timer where both clocks are one, as in the virtual lab.
            if (ReferenceEquals(labClock, linkClock)) await Task.Delay(labTime < LinkRest ? LinkRest : labTime, labClock, cancellation);
            else await Task.WhenAll(Task.Delay(labTime, labClock, cancellation).Here(), Task.Delay(LinkRest, linkClock, cancellation).Here());
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
