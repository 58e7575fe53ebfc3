using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// Runs the unit: one accepted action after the other, along the LADS graph, with every step in the journal before it is taken. All
/// methods are called from the instrument's <see cref="Mailbox"/>; what waits for the device posts its end there.
/// </summary>
internal sealed partial class UnitOperator(
    IDriver driver,
    CommandTable table,
    InstrumentJournal journal,
    Bulletin bulletin,
    DeviceCare device,
    Mailbox mailbox,
    TimeProvider clock,
    TimeProvider actionClock,
    InstrumentTopics topics,
    UnknownOutcomes unknown,
    InstrumentLock held,
    CalibrationWatch calibrations,
    TimeSpan propertyPeriod,
    CancellationToken halt)
{
    private const int LongestQueue = 100;

    /// <summary>Lab time until a full disk is tried again.</summary>
    private static readonly TimeSpan JournalRetry = TimeSpan.FromSeconds(1);

    private readonly FunctionalUnit _unit = new();
    private readonly List<JournalEntry> _queue = [];
    private DeviceState _deviceState = DeviceState.Initialization;
    private ActionRun? _run;
    private Refusal? _aborted;
    private Refusal? _stop;
    private Refusal? _runAborted;
    private TripFrame? _trip;

    /// <summary>Over, and not on the disk yet.</summary>
    private readonly HashSet<ActionId> _unrecorded = [];
    private object? _latestStop;
    private bool _isStopUnwritten;
    private volatile bool _begun;
    private volatile bool _ordered;
    private Task<Refusal?>? _safe;
    private Refusal? _early;
    private readonly HashSet<string> _undeclared = new(StringComparer.Ordinal);
    private bool _looks;

    public UnitState State => _unit.State;

    /// <summary>Told when a device that was lost has connected again.</summary>
    public event Action<InstrumentIdentity>? Reconnected;

    /// <summary>Why no command is taken now; null while commands are taken.</summary>
    public Refusal? Closed => _unit.State switch
    {
        UnitState.Aborting or UnitState.Aborted => new Refusal(_aborted?.Cause ?? CauseCode.HardwareFault, $"the unit is {_unit.State} until somebody clears it: {_aborted?.Message}"),
        UnitState.Stopped or UnitState.Stopping or UnitState.Clearing => new Refusal(CauseCode.HardwareFault, $"the unit is {_unit.State}"),
        _ when _queue.Count >= LongestQueue => new Refusal(CauseCode.Unachievable, $"{LongestQueue} actions are waiting already"),
        _ => null,
    };

    /// <summary>
    /// From any thread: what runs is cancelled and the device made safe at once, whatever the mailbox and the disk are busy with, and before <see cref="Begin"/> too. The unit and its journal follow when
    /// <see cref="Abort"/> has its turn, which the caller sees to.
    /// </summary>
    public void Halt()
    {
        // Whoever has been shut out has no device any more.
        if (halt.IsCancellationRequested) return;
        _ordered = true;
        Interlocked.MemoryBarrier();
        Interlocked.Exchange(ref _safe, Aside.Start(device.MakeSafeAsync));
        Volatile.Read(ref _run)?.Abort();
    }

    /// <summary>The same, and the abort after it.</summary>
    public void Halt(Refusal why)
    {
        Halt();
        mailbox.PostFirst(() => Abort(why));
    }

    /// <param name="outstanding">What an earlier epoch left, in order.</param>
    /// <param name="trouble">What keeps the device from working, if anything does.</param>
    /// <returns>The actions of unknown outcome that the device is asked about once more; of an aborted unit a person may say so until somebody clears it.</returns>
    public IReadOnlyCollection<ActionId> Begin(IEnumerable<JournalEntry> outstanding, Refusal? trouble)
    {
        _begun = true;
        trouble = Tripped ?? _early ?? trouble;
        IReadOnlyList<JournalEntry> unresolved = [];
        if (trouble is null) (unresolved, trouble) = unknown.Reopen();
        bulletin.State(_deviceState, _unit.State, null);
        _deviceState = DeviceState.Operate;
        bulletin.State(_deviceState, _unit.State, null);
        if (trouble is null) Ask(unresolved);
        _queue.AddRange(outstanding);
        if (trouble is null) Fire(UnitTrigger.Start);
        else Abort(trouble);
        Next();
        Look();
        return trouble is null ? [.. unresolved.Select(entry => entry.Action)] : [];
    }

    /// <summary>Once, however often it is told.</summary>
    public void Enqueue(JournalEntry accepted)
    {
        if (_run?.Entry.Action == accepted.Action || _unrecorded.Contains(accepted.Action) || _queue.Exists(waiting => waiting.Action == accepted.Action)) return;
        _queue.Add(accepted);
        Next();
        if (_queue.Contains(accepted)) bulletin.Status(accepted.Action, ActionStatus.Waiting, 0, null, "waiting for its turn");
    }

    public bool Cancel(ActionId action)
    {
        if (_run?.Entry.Action == action)
        {
            _run.Cancel();
            return true;
        }

        // One that was started before must be asked about first.
        if (_queue.Find(entry => entry.Action == action && entry.Phase == JournalPhase.Accepted) is not { } waiting) return false;
        _queue.Remove(waiting);
        Record(waiting, clock.GetUtcNow(), ActionOutcome.Cancelled("cancelled before it started"), 0);
        return true;
    }

    /// <returns>False where the unit is aborted already.</returns>
    public bool Abort(Refusal why)
    {
        if (!_begun)
        {
            // A program that ends before it begins leaves the stop to the next one.
            _early ??= why;
            if (why.Cause == CauseCode.EmergencyStop) Remember(why.Message);
            RememberMadeSafe();
            return true;
        }

        _ordered = false;
        var safe = Interlocked.Exchange(ref _safe, null);
        if (!_unit.CanFire(UnitTrigger.Abort))
        {
            // Aborted by a fault before: from now on it is a person's stop, which nobody else may end.
            if (why.Cause != CauseCode.EmergencyStop) return false;
            bulletin.Event("emergency_stop", why.Message);
            Because(why);
            if (_unit.State == UnitState.Aborted) MakeSafe(safe, () => bulletin.State(_deviceState, _unit.State, null));
            Remember(why.Message);
            return false;
        }

        Because(why);
        bulletin.Event(why.Cause == CauseCode.EmergencyStop ? "emergency_stop" : "aborted", why.Message);
        Fire(UnitTrigger.Abort);
        if (why.Cause == CauseCode.LinkLost) bulletin.Stale();
        if (_run is not null)
        {
            _runAborted = why;
            _run.Abort();
        }

        // In this order: a program that ends in between is to find the stop, and nothing that it would begin instead.
        MakeSafe(safe, () => Fire(UnitTrigger.StateCompleted));
        if (why.Cause == CauseCode.EmergencyStop) Remember(why.Message);
        RememberMadeSafe();
        foreach (var waiting in _queue.Where(entry => entry.Phase == JournalPhase.Accepted).ToArray())
        {
            _queue.Remove(waiting);
            Record(waiting, clock.GetUtcNow(), new ActionOutcome(ActionStatus.Cancelled, why.Cause, $"the unit was aborted before the action started: {why.Message}", Recoverable: false), 0);
        }

        return true;
    }

    /// <summary>An emergency stop stays the reason until a clear has succeeded, whatever else is wrong meanwhile.</summary>
    private void Because(Refusal? why)
    {
        if (why is null or { Cause: CauseCode.EmergencyStop }) _stop = why;
        else if (_stop is { } stop) why = stop with { Message = $"{why.Message}; before that: {stop.Message}" };
        if (why is not null) why = why with { Message = ForeignText.Cut(why.Message) };
        _aborted = why;
        bulletin.Aborted = why is null ? null : new AbortReason(why.Cause, why.Message);
    }

    /// <param name="begun">Where it was ordered before.</param>
    private void MakeSafe(Task<Refusal?>? begun, Action then) => Later(begun ?? device.MakeSafeAsync(), trouble =>
    {
        if (trouble is not null) bulletin.Event("not_safe", $"the device could not be made safe: {trouble.Message}");
        then();
    });

    /// <summary>Why the interlock keeps the unit Aborted; null where it is not tripped.</summary>
    private Refusal? Tripped => _trip is { } trip ? new Refusal(CauseCode.EmergencyStop, $"the interlock was tripped by {trip.By}: {trip.Reason}") : null;

    public bool IsTripped => _trip is not null;

    /// <param name="trip">Null for a reset.</param>
    public void Trip(TripFrame? trip)
    {
        _trip = trip;
        if (Tripped is { } tripped) Abort(tripped);
    }

    /// <summary>Reads the properties, where the device has nothing better to do. An aborted one is watched too: whoever clears it wants to know.</summary>
    public void Look()
    {
        if (_looks || _run is not null || _unit.State is not (UnitState.Idle or UnitState.Aborted)) return;
        _looks = true;
        Later(device.LookAsync(), look =>
        {
            _looks = false;
            foreach (var (name, value) in look.Properties) Tell(name, value);
            if (look.Trouble is { } trouble) Abort(trouble);
        });
    }

    private void Next()
    {
        while (_run is null && !_ordered && _unrecorded.Count == 0 && !_stopping && _unit.State == UnitState.Idle && _queue.Count > 0)
        {
            var entry = _queue[0];
            _queue.RemoveAt(0);
            Start(entry, clock.GetUtcNow());
        }
    }

    private void Start(JournalEntry entry, DateTimeOffset now)
    {
        var fresh = entry.Phase == JournalPhase.Accepted;
        if (!table.TryResolve(entry.Action, entry.Command, entry.Frame.Arguments, out var command, out var refusal))
        {
            // The journal is older than the driver's present settings.
            var outcome = fresh ? ActionOutcome.Failed(refusal.Cause, refusal.Message, recoverable: true) : new ActionOutcome(ActionStatus.UnknownOutcome, refusal.Cause, refusal.Message, Recoverable: false);
            Record(entry, entry.StartedAt ?? now, outcome, 0);
            if (!fresh) Abort(refusal);
            return;
        }

        if (fresh && now > entry.Frame.Deadline)
        {
            Record(entry, now, ActionRun.Expired(), 0);
            return;
        }

        if (fresh && held.Against(entry.LockToken) is { } locked)
        {
            Record(entry, now, ActionRun.NotStarted(locked), 0);
            return;
        }

        try
        {
            if (fresh) journal.Start(entry.Action, now);
        }
        catch (JournalException error)
        {
            Record(entry, now, ActionOutcome.Failed(CauseCode.HardwareFault, error.Message, recoverable: true), 0);
            return;
        }

        var run = new ActionRun(command, entry, entry.StartedAt ?? now, driver, device, held, journal, clock, actionClock, Progressed, Observed, Held, propertyPeriod, halt);
        Volatile.Write(ref _run, run);
        Interlocked.MemoryBarrier();
        if (_ordered || _stopping) run.Abort();
        Fire(UnitTrigger.Start);
        Fire(UnitTrigger.StateCompleted);
        if (run.WasHeld) Hold(null);
        if (fresh) bulletin.Status(entry.Action, ActionStatus.Running, 0, null, "started");
        Later(device.InTurnAsync(run.RunAsync), outcome => Finish(run, outcome));
    }

    private void Finish(ActionRun run, ActionOutcome outcome)
    {
        if (_ordered)
        {
            // The abort that goes with the order says why the action ended.
            mailbox.Post(() => Finish(run, outcome));
            return;
        }

        if (_runAborted is { } why && outcome.Status == ActionStatus.Cancelled) outcome = outcome with { Cause = why.Cause, Message = $"{outcome.Message}: {why.Message}", Recoverable = false };
        _runAborted = null;
        Record(run.Entry, run.StartedAt, calibrations.Judge(run.Entry.Command, outcome), run.Progress);
        LeaveHold();
        if (_unit.State == UnitState.Execute && outcome.Recoverable)
        {
            Fire(UnitTrigger.ToComplete);
            Fire(UnitTrigger.StateCompleted);
            Fire(UnitTrigger.Reset);
            _run = null;
            Fire(UnitTrigger.StateCompleted);
        }
        else
        {
            _run = null;
            if (!outcome.Recoverable) Abort(new Refusal(outcome.Cause, outcome.Message));
        }

        run.Dispose();
        Next();
        Look();
        ReportDrained();
    }

    private void Progressed(ActionRun run, double progress, string step, TimeSpan? eta) => mailbox.Post(() =>
    {
        if (_run == run) bulletin.Status(run.Entry.Action, ActionStatus.Running, progress, eta, step);
    });

    private void Observed(string property, Quantity value) => mailbox.Post(() => Tell(property, value));

    private void Tell(string property, Quantity value)
    {
        if (driver.Properties.Any(declared => declared.Name == property)) bulletin.Property(property, value, calibrations.QualityOf(property));
        else if (_undeclared.Add(property)) bulletin.Event("property_refused", $"the driver reports '{property}', which its birth does not declare");
    }

    private void Fire(UnitTrigger trigger)
    {
        _unit.Fire(trigger);
        bulletin.State(_deviceState, _unit.State, _run?.Entry.Action);
    }

    /// <summary>Takes up the end of something that waits, in turn with everything else. Nothing comes of it after a halt.</summary>
    private void Later<T>(Task<T> work, Action<T> then) => _ = LaterAsync(work, then);

    private async Task LaterAsync<T>(Task<T> work, Action<T> then)
    {
        try
        {
            var end = await work;
            mailbox.Post(() => then(end));
        }
        catch (Exception) when (halt.IsCancellationRequested)
        {
            // Halted as in a crash: the journal tells the next start.
        }
        catch (Exception error)
        {
            // What nobody expects ends the host, and not the unit without a word.
            mailbox.PostFirst(() => ExceptionDispatchInfo.Throw(error));
        }
    }
}
