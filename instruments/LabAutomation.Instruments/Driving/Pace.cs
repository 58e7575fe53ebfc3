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
    /// <summary>A device that has once told an end in a hundred years, by a spoilt answer, is asked again.</summary>
    private static readonly TimeSpan LongestBelieved = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan LinkRest = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits for a part of the time that is expected to remain, so that the end is seen soon after it comes: a quarter of it, 0.25 s to 2 s.</summary>
    /// <param name="remaining">Lab time.</param>
    /// <returns>False when the wait was cancelled.</returns>
    public Task<bool> WaitAsync(TimeSpan remaining, CancellationToken cancellation)
    {
        var part = remaining / 4;
        return RestAsync(part < Shortest ? Shortest : part > Longest ? Longest : part, cancellation);
    }

    /// <summary>
    /// Waits for as long as a device says that it still needs, so that work of hours costs few questions; not longer than a tenth of the
    /// whole, so that its progress can be followed, nor than 20 min, and 2 s at least unless less remains.
    /// </summary>
    /// <param name="remaining">Lab time.</param>
    /// <param name="whole">Lab time that the work takes from its beginning.</param>
    /// <returns>False when the wait was cancelled.</returns>
    public Task<bool> WaitForEndAsync(TimeSpan remaining, TimeSpan whole, CancellationToken cancellation)
    {
        var part = whole / 10 < Longest ? Longest : whole / 10;
        if (part > LongestBelieved) part = LongestBelieved;
        part = part < remaining ? part : remaining;
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
