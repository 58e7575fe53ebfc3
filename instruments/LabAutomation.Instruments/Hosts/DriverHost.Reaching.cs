using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <content>The way to the broker, and a device that nobody attends meanwhile.</content>
public sealed partial class DriverHost
{
    /// <summary>Given to the disk to say whose the device is, before one that nobody attends is stopped.</summary>
    private static readonly TimeSpan KnowsWithin = TimeSpan.FromMilliseconds(250);

    /// <returns>Why the unit begins Aborted, where the broker was not to be had for so long that the device was made safe.</returns>
    private async Task<Refusal?> ReachBrokerAsync(Task started)
    {
        Refusal? away = null;
        if (!started.IsCompleted && await Task.WhenAny(started, Task.Delay(place.BrokerLease, place.LeaseClock, _halt.Token).Here()) != started)
        {
            away = _leases!.Away();
            if (await LeaveSafeAsync() is { } trouble) away = away with { Message = $"{away.Message}; the device could not be made safe: {trouble.Message}" };
        }

        try
        {
            await started;
        }
        catch (OperationCanceledException) when (!_halt.IsCancellationRequested)
        {
            // Whoever ends the start leaves the bench: what an earlier run set going must not go on alone.
            await LeaveSafeAsync();
            throw;
        }

        return away;
    }

    /// <summary>
    /// Makes a device safe that nobody attends. What an earlier run started is asked about only later, perhaps by another program. The device is told to stop whether the disk takes that or hangs, unless the journal says in
    /// time that it is another program's by now.
    /// </summary>
    /// <returns>Why it could not be made safe, or null.</returns>
    /// <exception cref="FencedException">It is another program's.</exception>
    private async Task<Refusal?> LeaveSafeAsync()
    {
        var look = Aside.Start(() => Task.FromResult(Other()));
        if (await Task.WhenAny(look, Task.Delay(KnowsWithin, place.LeaseClock, _halt.Token).Here()) == look && await look is { } other)
        {
            _fenced = true;
            throw other;
        }

        var safe = _device!.MakeSafeAsync();
        try
        {
            _operator!.RememberMadeSafe();
        }
        catch (FencedException)
        {
            // Too late: what was told to stop is seen through.
            _fenced = true;
            await safe;
            throw;
        }

        return await safe;
    }

    private FencedException? Other()
    {
        try
        {
            _journal!.Demand();
            return null;
        }
        catch (FencedException taken)
        {
            return taken;
        }
        catch (JournalException)
        {
            return null;
        }
    }
}
