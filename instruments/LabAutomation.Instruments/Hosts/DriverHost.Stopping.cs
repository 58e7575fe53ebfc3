using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <content>The clean stop.</content>
public sealed partial class DriverHost
{
    /// <summary>Given to an action that is cancelled beyond what it declares, and to the mailbox where none is known to run.</summary>
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(1);

    /// <summary>Given to a link that has to be opened anew, beside what the driver declares, until its device is given up.</summary>
    private static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(10);

    /// <summary>Given, once the device is safe, to a call that was passed by to come back, and to a full disk to take what is held back.</summary>
    private static readonly TimeSpan RecordsWithin = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _hurried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string?> _leftSafe = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Ends in <see cref="StopAsync"/>, in bounded time once its token has fired: null where the device was made safe or is another program's, or else why it could not be.
    /// </summary>
    public Task<string?> LeftSafe => _leftSafe.Task;

    /// <summary>
    /// A clean stop. The running action comes to its end, or is cancelled when the token fires; accepted ones wait for the next start.
    /// The device is made safe, and the lab hears that the instrument is offline. An action that has not ended within what its command declares to need for a cancel is passed by, as an abort passes it by, and a result
    /// that waits for a full disk holds nothing up. Whoever asks for a stop a second time waits for the first one.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_operator is null || _bus is null) return;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var earlier = Interlocked.CompareExchange(ref _stopping, mine, null);
        await using var hurry = cancellation.Register(Hurry);
        if (earlier is not null)
        {
            await earlier.Task.Here();
            return;
        }

        try
        {
            if (!_halt.IsCancellationRequested) await StopOnceAsync(_operator, _bulletin!, _bus);
        }
        finally
        {
            _leftSafe.TrySetResult(_fenced ? null : "the driver was ended before it had made its device safe");
            mine.SetResult();
        }
    }

    private async Task StopOnceAsync(UnitOperator unit, Bulletin bulletin, ILabBus bus)
    {
        if (_fenced)
        {
            await HaltAsync();
            return;
        }

        _mailbox.Post(_desk!.Close);
        await AtRestAsync(unit);
        var safe = unit.LeaveSafe();
        _mailbox.Post(unit.RememberMadeSafe);
        var trouble = await InTimeAsync(safe, (3 * driver.SafeWithin) + OpensWithin);
        _leftSafe.TrySetResult(trouble?.Message);
        await Task.WhenAny(unit.Drained.Here(), _completion.Task.Here(), Delay(RecordsWithin));
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mailbox.Post(() =>
        {
            if (trouble is not null) bulletin.Event("not_safe", $"the device could not be made safe: {trouble.Message}");
            unit.Stopped();
            bulletin.Offline();
            said.SetResult();
        });
        _mailbox.Close();
        await Task.WhenAny(said.Task.Here(), _completion.Task.Here(), Delay(LastWord));
        _saidOffline = said.Task.IsCompletedSuccessfully;
        if (trouble is null && (_saidOffline || _completion.Task.IsCompleted)) CloseCleanly();
        if (_saidOffline && bus.IsConnected) await Task.WhenAny(bulletin.FlushAsync(), Task.Delay(Farewell, clock, _halt.Token).Here());
        await HaltAsync();
    }

    private void Hurry()
    {
        if (_operator is { } unit) _mailbox.Post(unit.CancelRunning);
        _hurried.TrySetResult();
    }

    /// <summary>Until the running action has ended, or has been cancelled for as long as it declares to need.</summary>
    private async Task AtRestAsync(UnitOperator unit)
    {
        var ends = Task.WhenAny(unit.AtRest.Here(), _completion.Task.Here());
        if (await Task.WhenAny(ends, _hurried.Task.Here()) != ends) await Task.WhenAny(ends, Delay(unit.CancelWithin + Allowance));
    }

    private async Task<Refusal?> InTimeAsync(Task<Refusal?> safe, TimeSpan within) => await Task.WhenAny(safe, Delay(within)) == safe
        ? await safe
        : new Refusal(CauseCode.HardwareFault, FormattableString.Invariant($"its driver did not come back within {within.TotalSeconds:0.###} s"));

    private Task Delay(TimeSpan time) => Task.Delay(time, place.LeaseClock, _halt.Token).Here();

    private void CloseCleanly()
    {
        try
        {
            _journal!.CloseCleanly();
        }
        catch (JournalException)
        {
            // The next start takes this end for a crash and asks the device, which is safe.
        }
    }
}
