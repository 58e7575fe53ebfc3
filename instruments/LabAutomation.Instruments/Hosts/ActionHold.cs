using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>The hold of one action: asked for and ended by the unit, kept at the points where the driver can.</summary>
internal sealed class ActionHold
{
    private volatile TaskCompletionSource? _wanted;

    public bool IsWanted => _wanted is not null;

    public void Ask() => _wanted ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        var wanted = _wanted;
        _wanted = null;
        wanted?.TrySetResult();
    }

    /// <summary>Until the hold is released, or the action cancelled.</summary>
    /// <returns>False where it was cancelled.</returns>
    public async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        if (_wanted is not { } wanted) return true;
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellation.Register(cancelled.SetResult);
        var released = wanted.Task.Here();
        return await Task.WhenAny(released, cancelled.Task.Here()) == released;
    }
}
