using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <content>The way to the broker, and a device that nobody attends meanwhile.</content>
public sealed partial class DriverHost
{
    /// <summary>Given to the disk to say whose the device is, before one that nobody attends is stopped.</summary>
    private static readonly TimeSpan KnowsWithin = TimeSpan.FromMilliseconds(250);

    /// <summary>Where the broker is not to be had for the time of its lease, the unit is stopped.</summary>
    private async Task ReachBrokerAsync(Task started)
    {
        if (!started.IsCompleted && await Task.WhenAny(started, Task.Delay(place.BrokerLease, place.LeaseClock, _halt.Token).Here()) != started
            && await LeaveSafeAsync(_leases!.Away()) is { } trouble)
            _mailbox.Post(() => _bulletin!.Event("not_safe", $"the device could not be made safe: {trouble.Message}"));

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
    }

    /// <summary>
    /// Makes a device safe that nobody attends. What an earlier run started is asked about only later, perhaps by another program. The device is told to stop whether the disk takes that or hangs, unless the journal says in
    /// time that it is another program's by now.
    /// </summary>
    /// <param name="stop">That a person has to clear; null where none has to.</param>
    /// <returns>Why it could not be made safe, or null.</returns>
    /// <exception cref="FencedException">It is another program's.</exception>
    private async Task<Refusal?> LeaveSafeAsync(Refusal? stop = null)
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
            if (stop is null || IsStopped()) _operator!.RememberMadeSafe();
            else _operator!.Abort(stop);
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

    /// <summary>One that stands keeps its reason.</summary>
    private bool IsStopped()
    {
        try
        {
            return _journal!.Stopped() is not null;
        }
        catch (JournalException)
        {
            return false;
        }
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
