using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// The driver's calls beside actions: connecting, making safe, looking at properties. One call at a time reaches the driver, actions included, but for the one that makes the device safe: it passes by a call that does not
/// come back.
/// </summary>
/// <param name="clock">Measures how long a driver that was told to stop is waited for.</param>
/// <param name="tell">An event of the instrument, by kind and words; from any thread.</param>
internal sealed class DeviceCare(IDriver driver, TimeProvider clock, Action<string, string> tell, CancellationToken halt)
{
    /// <summary>
    /// How long a driver that was told to stop is waited for before it is passed by: one that can stop does so in no time, and what the device needs to become safe begins only then.
    /// </summary>
    private static readonly TimeSpan StopsWithin = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Of whoever makes the device safe beside a call that does not come back.</summary>
    private readonly SemaphoreSlim _bypass = new(1, 1);
    private volatile CancellationTokenSource? _look;
    private volatile bool _isMakingSafe;

    /// <summary>Who has the turn, and who had it when the device was made safe beside.</summary>
    private volatile object? _holder, _passedBy;
    private int _timesMadeSafe;

    /// <summary>How often it was begun to make the device safe.</summary>
    public int TimesMadeSafe => Volatile.Read(ref _timesMadeSafe);

    /// <summary>Beside whoever asks for it, who has more to do than to wait for what a driver has registered with the token.</summary>
    public void Cancel(CancellationTokenSource source) => _ = CancelAsync(source);

    /// <summary>Waits until nobody else talks to the device.</summary>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> work)
    {
        halt.ThrowIfCancellationRequested();
        if (!_turn.Wait(0, CancellationToken.None)) await _turn.WaitAsync().Here().WaitAsync(halt);
        var me = _holder = new object();
        try
        {
            return await work();
        }
        finally
        {
            await GiveTurnAsync(me);
        }
    }

    /// <param name="makeSafe">Not where the device still has to tell what became of an action.</param>
    public async Task<(InstrumentIdentity? Identity, Refusal? Trouble)> ConnectAsync(bool makeSafe)
    {
        if (!await TakeTurnAsync(_turn, driver.SafeWithin)) return (null, new Refusal(CauseCode.HardwareFault, "the driver hangs in what it was told to stop; its program has to be started again"));
        var me = _holder = new object();
        try
        {
            InstrumentIdentity? identity = null;
            var trouble = await TroubleAsync(async () =>
            {
                identity = await driver.ConnectAsync(halt);
                if (makeSafe) await MakeDriverSafeAsync();
            });
            return (identity, trouble);
        }
        finally
        {
            await GiveTurnAsync(me);
        }
    }

    /// <remarks>
    /// A driver that hangs is passed by after a moment, so that the time it declared until the device is safe is the device's. A link that broke is opened once more: a device that moves must not go on for want of a cable
    /// that is back.
    /// </remarks>
    public async Task<Refusal?> MakeSafeAsync()
    {
        if (_look is { } look) Cancel(look);
        var mine = await TakeTurnAsync(_turn, _isMakingSafe ? driver.SafeWithin : StopsWithin);
        if (!mine) return await MakeSafeBesideAsync();
        try
        {
            return await MakeSafeInTurnAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <remarks>A glitch on an idle line is no reason to stop; a device that does not come back is.</remarks>
    public Task<(ImmutableSortedDictionary<string, Quantity> Properties, Refusal? Trouble)> LookAsync() => InTurnAsync(async () =>
    {
        using var look = new CancellationTokenSource();
        _look = look;
        try
        {
            var properties = ImmutableSortedDictionary<string, Quantity>.Empty;
            var trouble = await AgainAsync(async () => properties = await driver.ReadPropertiesAsync(look.Token), look.Token);
            return look.IsCancellationRequested ? (properties.Clear(), null) : (properties, trouble);
        }
        finally
        {
            _look = null;
        }
    });

    /// <summary>Opens the link anew for an action whose link broke, or was taken by whoever makes the device safe beside it: that comes first.</summary>
    /// <exception cref="InstrumentLinkException">The device cannot be reached.</exception>
    /// <exception cref="InstrumentFaultException">It is in trouble.</exception>
    public async Task ReconnectAsync()
    {
        await AfterStopAsync();
        await driver.ConnectAsync(halt);
    }

    /// <summary>Waits where the device is being made safe beside the call that has the turn.</summary>
    public async Task AfterStopAsync()
    {
        await _bypass.WaitAsync().Here().WaitAsync(halt);
        _bypass.Release();
    }

    /// <summary>A call that comes back meanwhile waits until this is over, see <see cref="AfterStopAsync"/>.</summary>
    private async Task<Refusal?> MakeSafeBesideAsync()
    {
        _passedBy = _holder;
        var mine = await TakeTurnAsync(_bypass, driver.SafeWithin);
        try
        {
            return await AgainAsync(MakeDriverSafeAsync, halt);
        }
        finally
        {
            if (mine) _bypass.Release();
        }
    }

    /// <summary>The turn ends. What was passed by may have told the device something after that was made safe, so it is made safe once more.</summary>
    private async Task GiveTurnAsync(object holder)
    {
        try
        {
            if (_passedBy != holder || halt.IsCancellationRequested) return;
            await AfterStopAsync();
            if (await MakeSafeInTurnAsync() is { } trouble) tell("not_safe", $"the device could not be made safe after a call that had been passed by came back: {trouble.Message}");
        }
        finally
        {
            _holder = null;
            _turn.Release();
        }
    }

    private async Task<Refusal?> MakeSafeInTurnAsync()
    {
        try
        {
            _isMakingSafe = true;
            return await AgainAsync(MakeDriverSafeAsync, halt);
        }
        finally
        {
            _isMakingSafe = false;
        }
    }

    private Task MakeDriverSafeAsync()
    {
        Interlocked.Increment(ref _timesMadeSafe);
        return driver.MakeSafeAsync(halt);
    }

    private async Task CancelAsync(CancellationTokenSource source)
    {
        if (await Aside.CancelAsync(source) is { } trouble) tell("driver_failed", $"what the driver does when it is told to stop failed: {trouble}");
    }

    /// <returns>False where somebody else keeps the turn for longer than the patience.</returns>
    private async Task<bool> TakeTurnAsync(SemaphoreSlim of, TimeSpan patience)
    {
        var turn = of.WaitAsync().Here();
        if (!turn.IsCompleted) await Task.WhenAny(turn, Task.Delay(patience, clock, halt).Here());
        if (turn.IsCompleted)
        {
            await turn;
            return true;
        }

        halt.ThrowIfCancellationRequested();

        // Should it come after all, nobody is there any more to use it.
        _ = turn.ContinueWith(_ => of.Release(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return false;
    }

    /// <summary>A second time over a new link, where the first one broke.</summary>
    private async Task<Refusal?> AgainAsync(Func<Task> work, CancellationToken cancellation)
    {
        var trouble = await TroubleAsync(work);
        if (trouble is not { Cause: CauseCode.LinkLost } || cancellation.IsCancellationRequested) return trouble;
        halt.ThrowIfCancellationRequested();
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
