using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>One action under way: what the driver may use, and what becomes of the driver's exceptions.</summary>
/// <param name="held">Judges the lock again where the action begins anew.</param>
/// <param name="clock">The time of day, which the journal and the lab are told.</param>
/// <param name="actionClock">See <see cref="HostedInstrument.ActionClock"/>.</param>
/// <param name="propertyPeriod">See <see cref="IActionScope.PropertyPeriod"/>.</param>
/// <param name="rested">Told true where the device has come to rest in a hold, false where it goes on.</param>
/// <param name="halt">Fires where the host halts as in a crash: from then on nothing is written and nothing told.</param>
internal sealed class ActionRun(
    DriverCommand command,
    JournalEntry entry,
    DateTimeOffset startedAt,
    IDriver driver,
    DeviceCare device,
    InstrumentLock held,
    InstrumentJournal journal,
    TimeProvider clock,
    TimeProvider actionClock,
    Action<ActionRun, double, string, TimeSpan?> progressed,
    Action<string, Quantity> observed,
    Action<ActionRun, bool> rested,
    TimeSpan propertyPeriod,
    CancellationToken halt) : IActionScope, IDisposable
{
    /// <summary>Smaller steps of progress are not worth a message.</summary>
    private const double WorthTelling = 0.05;

    private readonly ActionHold _hold = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly CancellationTokenSource _abort = new();
    private bool _wasMadeSafe = entry.Phase == JournalPhase.Started && (entry.Result is not null || entry.Marks.Any(StartedAction.IsOfMadeSafe));
    private ImmutableArray<ActionMark> _marks = entry.Phase == JournalPhase.Started ? [.. entry.Marks.Where(mark => !StartedAction.IsOfMadeSafe(mark))] : [];

    /// <summary>How often the device had been made safe when it started; what started in an earlier run of the program had started before all of them.</summary>
    private int _safeBefore = entry.Phase == JournalPhase.Started ? 0 : device.TimesMadeSafe;
    private double _told;
    private bool _asks;
    private volatile bool _isCancelled;
    private volatile bool _isAborted;

    public JournalEntry Entry => entry;

    public DateTimeOffset StartedAt { get; private set; } = startedAt;

    public double Progress { get; private set; }

    public TimeProvider Clock => actionClock;

    public TimeSpan PropertyPeriod => propertyPeriod;

    private bool MayRepeat => command.Description.Effect is Effect.Read or Effect.Set;

    public CancellationToken Aborting => _abort.Token;

    /// <summary>Whether an earlier program had brought the device to rest and nobody has let it go on.</summary>
    public bool WasHeld => Started.HeldSince is not null;

    private StartedAction Started => new(command, StartedAt, _marks) { WasMadeSafe = _wasMadeSafe || device.TimesMadeSafe != _safeBefore };

    /// <returns>Why not, or null.</returns>
    public string? Hold()
    {
        if (command.Description.HoldWithin is null) return $"'{command.Name}' cannot be held; it can be cancelled";
        _hold.Ask();
        return null;
    }

    public void Unhold() => _hold.Release();

    public void Cancel()
    {
        _isCancelled = true;
        device.Cancel(_cancel);
    }

    /// <summary>The driver returns as soon as it can, since the device is to be made safe. From any thread, and harmless after the end.</summary>
    public void Abort()
    {
        _isAborted = true;
        device.Cancel(_abort);
        Cancel();
    }

    /// <summary>Recovers or carries out the action. Whatever the driver throws becomes an outcome.</summary>
    public async Task<ActionOutcome> RunAsync()
    {
        try
        {
            if (entry.Phase == JournalPhase.Started && await RecoverAsync() is { } recovered) return recovered;
            if (_isAborted) return ActionOutcome.Cancelled("stopped before anything had moved");
            return await driver.ExecuteAsync(command, this, _cancel.Token);
        }
        catch (InstrumentLinkException error) when (!halt.IsCancellationRequested)
        {
            return await AskAfterLinkLossAsync(error);
        }
        catch (InstrumentFaultException error) when (_asks)
        {
            // A device that is in trouble when it is asked has not said that the action failed.
            return await LostAsync(CauseCode.HardwareFault, $"asked what became of it, the device is in trouble: {error.Message}");
        }
        catch (InstrumentFaultException error)
        {
            // What was done before the trouble nobody has said.
            return await LostAsync(CauseCode.HardwareFault, error.Message);
        }
        catch (JournalException error)
        {
            // A mark that the disk does not take may come after others, and after what they were for.
            return await LostAsync(CauseCode.HardwareFault, error.Message);
        }
        catch (Exception error) when (error is not FencedException && !halt.IsCancellationRequested)
        {
            return await LostAsync(CauseCode.HardwareFault, $"the driver failed: {error.Message}");
        }
    }

    public void Mark(string key, string value)
    {
        halt.ThrowIfCancellationRequested();
        journal.Mark(entry.Action, new ActionMark(key, value, clock.GetUtcNow()));

        // The next program can compare times of day alone; this one need not.
        _marks = _marks.Add(new ActionMark(key, value, actionClock.GetUtcNow()));
    }

    public void Report(double progress, string step, TimeSpan? eta = null)
    {
        if (!(progress > Progress)) return;
        Progress = Math.Min(1, progress);
        if (Progress < 1 && Progress - _told < WorthTelling) return;
        _told = Progress;
        progressed(this, Progress, step, eta is { } time && time > TimeSpan.Zero ? time : null);
    }

    public async Task<TimeSpan> HoldPointAsync(Func<Task> rest, Func<Task> goOn, CancellationToken cancellation)
    {
        if (!_hold.IsWanted) return TimeSpan.Zero;
        if (!WasHeld) Mark(StartedAction.HoldMark, StartedAction.AtRest);
        var since = Started.HeldSince!.Value;
        await rest();
        rested(this, true);
        if (await _hold.WaitAsync(cancellation))
        {
            // In this order: a program that ends between the two finds the device held, and not at rest for no reason.
            await goOn();
            Mark(StartedAction.HoldMark, StartedAction.GoesOn);
            rested(this, false);
        }

        return actionClock.GetUtcNow() - since;
    }

    public void Observe(string property, Quantity value) => observed(property, value);

    public void Dispose()
    {
        _cancel.Dispose();
        _abort.Dispose();
    }

    /// <summary>Null where nothing had happened and the action may run under its id.</summary>
    private async Task<ActionOutcome?> RecoverAsync()
    {
        if (_isAborted && MayRepeat) return ActionOutcome.Cancelled("stopped before the device was asked what had become of it");
        _asks = true;
        switch (await driver.RecoverAsync(Started, this, _cancel.Token))
        {
            case Recovery.Happened happened: return happened.Outcome;
            case Recovery.Unknown unknown: return Unknown(CauseCode.LinkLost, unknown.Reason);
        }

        _asks = false;

        // Its outcome was told to be unknown: whoever waited has gone on without it, and it must not run now.
        if (entry.Result is not null) return ActionOutcome.Failed(CauseCode.LinkLost, "the device says that nothing had happened", recoverable: true);
        if (_isCancelled) return ActionOutcome.Cancelled("cancelled before it ran");
        if (clock.GetUtcNow() > entry.Frame.Deadline) return Expired();
        if (held.Against(entry.LockToken) is { } locked) return NotStarted(locked);
        halt.ThrowIfCancellationRequested();
        StartedAt = clock.GetUtcNow();
        _safeBefore = device.TimesMadeSafe;
        (_marks, _wasMadeSafe) = ([], false);
        journal.Start(entry.Action, StartedAt);
        return null;
    }

    /// <summary>The device itself knows best what became of an action in whose midst the link broke. After a stop nobody needs to know it of one that may be repeated, and to ask could set the device going.</summary>
    private async Task<ActionOutcome> AskAfterLinkLossAsync(InstrumentLinkException error)
    {
        if (_isAborted && MayRepeat) return ActionOutcome.Cancelled($"stopped; {error.Message}");
        try
        {
            await device.ReconnectAsync();
            return await driver.RecoverAsync(Started, this, _cancel.Token) switch
            {
                Recovery.Happened happened => happened.Outcome,
                Recovery.Unknown unknown => Unknown(CauseCode.LinkLost, unknown.Reason),

                // What may be repeated "did not happen" where it has to be done anew, whatever the device had done of it until then.
                _ => ActionOutcome.Failed(CauseCode.LinkLost, $"{error.Message}; {(MayRepeat ? "the device answers again, and what was asked for has to be asked for anew" : "nothing had happened, and the device answers again")}", recoverable: true),
            };
        }
        catch (Exception again) when (again is not FencedException && !halt.IsCancellationRequested)
        {
            return await LostAsync(CauseCode.LinkLost, error.Message);
        }
    }

    /// <summary>What has changed or used up something may have done so. Where the driver has marked nothing it is asked once more, since it alone can say that nothing was sent.</summary>
    private async Task<ActionOutcome> LostAsync(CauseCode cause, string message)
    {
        var failed = ActionOutcome.Failed(cause, message, recoverable: false);
        if (MayRepeat) return failed;
        if (!_marks.IsEmpty) return Unknown(cause, message);
        try
        {
            await device.AfterStopAsync();
            return await driver.RecoverAsync(Started, this, _cancel.Token) switch
            {
                Recovery.Happened happened => happened.Outcome,
                Recovery.DidNotHappen => failed,
                _ => Unknown(cause, message),
            };
        }
        catch (Exception again) when (again is not FencedException && !halt.IsCancellationRequested)
        {
            return Unknown(cause, message);
        }
    }

    private static ActionOutcome Unknown(CauseCode cause, string message) => new(ActionStatus.UnknownOutcome, cause, message, Recoverable: false);

    /// <summary>Of a lock.</summary>
    public static ActionOutcome NotStarted(Refusal locked) => ActionOutcome.Failed(locked.Cause, $"it has not started: {locked.Message}", recoverable: true);

    public static ActionOutcome Expired() => new(ActionStatus.Expired, CauseCode.Unachievable, "the deadline passed before the action could start");
}
