using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>The driver's calls beside actions: connecting, making safe, looking at properties. One call at a time reaches the driver, actions included.</summary>
/// <param name="clock">Measures how long a driver that was told to stop is waited for.</param>
internal sealed class DeviceCare(IDriver driver, TimeProvider clock, CancellationToken halt)
{
    /// <summary>
    /// How long a driver that was told to stop is waited for before it is passed by: one that can stop does so in no time, and what the device needs to become safe begins only then.
    /// </summary>
    private static readonly TimeSpan StopsWithin = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Waits until nobody else talks to the device.</summary>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        halt.ThrowIfCancellationRequested();
        await _turn.WaitAsync().Here().WaitAsync(halt);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <param name="makeSafe">Not where the device still has to tell what became of an action.</param>
    public async Task<(InstrumentIdentity? Identity, Refusal? Trouble)> ConnectAsync(bool makeSafe)
    {
        if (!await TakeTurnAsync(driver.SafeWithin)) return (null, new Refusal(CauseCode.HardwareFault, "the driver hangs in what it was told to stop; its program has to be started again"));
        try
        {
            InstrumentIdentity? identity = null;
            var trouble = await TroubleAsync(async () =>
            {
                identity = await driver.ConnectAsync(halt);
                if (makeSafe) await driver.MakeSafeAsync(halt);
            });
            return (identity, trouble);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <remarks>
    /// A driver that hangs is passed by after a moment, so that the time it declared until the device is safe is the device's. A link that broke is opened once more: a device that moves must not go on for want of a cable
    /// that is back.
    /// </remarks>
    public async Task<Refusal?> MakeSafeAsync()
    {
        var mine = await TakeTurnAsync(StopsWithin);
        try
        {
            return await AgainAsync(() => driver.MakeSafeAsync(halt));
        }
        finally
        {
            if (mine) _turn.Release();
        }
    }

    /// <remarks>A glitch on an idle line is no reason to stop; a device that does not come back is.</remarks>
    public Task<(ImmutableSortedDictionary<string, Quantity> Properties, Refusal? Trouble)> LookAsync() => InTurnAsync(async () =>
    {
        var properties = ImmutableSortedDictionary<string, Quantity>.Empty;
        var trouble = await AgainAsync(async () => properties = await driver.ReadPropertiesAsync(halt));
        return (properties, trouble);
    });

    /// <returns>False where somebody else keeps the turn for longer than the patience.</returns>
    private async Task<bool> TakeTurnAsync(TimeSpan patience)
    {
        var turn = _turn.WaitAsync().Here();
        if (!turn.IsCompleted) await Task.WhenAny(turn, Task.Delay(patience, clock, halt).Here());
        if (turn.IsCompleted)
        {
            await turn;
            return true;
        }

        halt.ThrowIfCancellationRequested();

        // Should it come after all, nobody is there any more to use it.
        _ = turn.ContinueWith(_ => _turn.Release(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return false;
    }

    /// <summary>A second time over a new link, where the first one broke.</summary>
    private async Task<Refusal?> AgainAsync(Func<Task> work)
    {
        var trouble = await TroubleAsync(work);
        if (trouble is not { Cause: CauseCode.LinkLost }) return trouble;
        return await TroubleAsync(async () =>
        {
            await driver.ConnectAsync(halt);
            await work();
        });
    }

    /// <summary>What is wrong with the device, in the terms of the wire; null when nothing is.</summary>
    private async Task<Refusal?> TroubleAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (InstrumentLinkException error)
        {
            return new Refusal(CauseCode.LinkLost, error.Message);
        }
        catch (InstrumentFaultException error)
        {
            return new Refusal(CauseCode.HardwareFault, error.Message);
        }
        catch (Exception error) when (!halt.IsCancellationRequested)
        {
            return new Refusal(CauseCode.HardwareFault, $"the driver failed: {error.Message}");
        }
    }
}
