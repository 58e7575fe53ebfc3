using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <content>The end in order.</content>
internal sealed partial class UnitOperator
{
    /// <summary>Seconds. What a driver declares beyond it is not waited for.</summary>
    private const double LongestCancel = 3600;

    private readonly TaskCompletionSource _atRest = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    /// <summary>Completes after <see cref="Drain"/>, when no action runs any more.</summary>
    public Task AtRest => _atRest.Task;

    /// <summary>Completes after <see cref="Drain"/>, when no action runs any more and nothing waits for the disk.</summary>
    public Task Drained => _drained.Task;

    /// <summary>What the running action declares; zero where none runs. From any thread.</summary>
    public TimeSpan CancelWithin => Volatile.Read(ref _run) is { } run
        ? TimeSpan.FromSeconds(Math.Clamp(driver.Commands.First(command => command.Name == run.Entry.Command).CancelWithin, 0, LongestCancel))
        : TimeSpan.Zero;

    /// <summary>Starts nothing more.</summary>
    public void Drain()
    {
        _stopping = true;
        ReportDrained();
    }

    /// <summary>Cancels what is still under way.</summary>
    public void CancelRunning() => _run?.Cancel();

    /// <summary>
    /// From any thread, whatever the mailbox and the disk are busy with: nothing starts any more, what still runs ends as in an abort, and the device is made safe, beside a call that does not come back.
    /// </summary>
    /// <returns>Why it could not be made safe, or null.</returns>
    public Task<Refusal?> LeaveSafe()
    {
        _stopping = true;
        Interlocked.MemoryBarrier();
        var safe = Aside.Start(device.MakeSafeAsync);
        Volatile.Read(ref _run)?.Abort();
        return safe;
    }

    public void Stopped()
    {
        if (_unit.CanFire(UnitTrigger.Stop))
        {
            Fire(UnitTrigger.Stop);
            Fire(UnitTrigger.StateCompleted);
        }

        _deviceState = DeviceState.Shutdown;
        bulletin.State(_deviceState, _unit.State, null);
    }

    private void ReportDrained()
    {
        if (!_stopping || _run is not null) return;
        _atRest.TrySetResult();
        if (_unrecorded.Count == 0 && !_isStopUnwritten) _drained.TrySetResult();
    }
}
