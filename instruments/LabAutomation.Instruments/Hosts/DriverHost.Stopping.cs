using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <content>The clean stop.</content>
public sealed partial class DriverHost
{
    /// <summary>
    /// A clean stop. The running action comes to its end, or is cancelled when the token fires; accepted ones wait for the next start.
    /// The device is made safe, and the lab hears that the instrument is offline. Whoever asks for it a second time waits for the first one.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_operator is null || _bus is null) return;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _stopping, mine, null) is { } earlier)
        {
            await using (cancellation.Register(() => _mailbox.Post(_operator.CancelRunning))) await earlier.Task.Here();
            return;
        }

        try
        {
            if (!_halt.IsCancellationRequested) await StopOnceAsync(_operator, _bulletin!, _bus, cancellation);
        }
        finally
        {
            mine.SetResult();
        }
    }

    private async Task StopOnceAsync(UnitOperator unit, Bulletin bulletin, ILabBus bus, CancellationToken cancellation)
    {
        if (_fenced)
        {
            await HaltAsync();
            return;
        }

        _mailbox.Post(_desk!.Close);
        await using (cancellation.Register(() => _mailbox.Post(unit.CancelRunning))) await Task.WhenAny(unit.Drained.Here(), _completion.Task.Here());

        var trouble = await _device!.MakeSafeAsync();
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mailbox.Post(() =>
        {
            if (trouble is not null) bulletin.Event("not_safe", $"the device could not be made safe: {trouble.Message}");
            unit.Stopped();
            bulletin.Offline();
            said.SetResult();
        });
        _mailbox.Close();
        await Task.WhenAny(said.Task.Here(), _completion.Task.Here());
        if (trouble is null) CloseCleanly();
        _saidOffline = said.Task.IsCompletedSuccessfully;
        if (_saidOffline && bus.IsConnected) await Task.WhenAny(bulletin.FlushAsync(), Task.Delay(Farewell, clock, _halt.Token).Here());
        await HaltAsync();
    }

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
