using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// Runs one driver on the lab's bus: birth, state, properties, commands, results. An action is never silently repeated and a result is
/// never silently lost, wherever the program ends.
/// </summary>
/// <remarks>
/// It publishes on its own topics and on reply topics, and subscribes to <c>cmd/+</c>, <c>ctl/+</c> and <c>exec/+/ack</c> of its
/// instrument and to the interlock's trip and heartbeat. The access list of its client must allow that.
/// </remarks>
/// <param name="driver">The host owns it from now on and disposes it.</param>
/// <param name="journal">One for all instruments of a host; its maker disposes it.</param>
/// <param name="connect">Makes this client's bus from its last will, which carries the epoch. The host starts and disposes it.</param>
/// <param name="clock">Lab time.</param>
public sealed class DriverHost(HostedInstrument place, IDriver driver, Journal journal, Func<BusMessage, ILabBus> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Lab time given to the last messages of a clean stop.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(60);

    /// <summary>Given to the broker to take that a host is gone which could not stop properly.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    /// <summary>What a timer can be asked for.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private static readonly InstrumentIdentity Nobody = new("unknown", "unknown", "unknown", "unknown");

    private readonly CancellationTokenSource _halt = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Mailbox _mailbox = new();
    private InstrumentJournal? _journal;
    private SafetyLeases? _leases;
    private DeviceCare? _device;
    private Bulletin? _bulletin;
    private UnitOperator? _operator;
    private InstrumentLock? _lock;
    private ControlDesk? _desk;
    private ILabBus? _bus;
    private InstrumentIdentity? _identity;
    private Task _work = Task.CompletedTask;
    private bool _wasLost;
    private bool _fenced;
    private bool _saidOffline;
    private bool _stopped;

    /// <summary>Rises at every start, power loss included; 0 before the start.</summary>
    public long Epoch => _journal?.Epoch ?? 0;

    public UnitState State => _operator?.State ?? UnitState.Stopped;

    /// <summary>Ends when the host has stopped; faulted where it met what it cannot handle.</summary>
    public Task Completion => _completion.Task;

    /// <summary>
    /// Connects device and bus, publishes the birth and takes up what an earlier run left unfinished. Returns when the birth is out and
    /// commands are taken. A device that does not answer leaves the unit Aborted; clearing it tries again.
    /// </summary>
    /// <exception cref="JournalException">The epoch could not be made durable.</exception>
    /// <exception cref="BusRefusedException">The broker does not want this client.</exception>
    /// <exception cref="OperationCanceledException">The token fired before the broker was reached; the device was made safe.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (_journal is not null) throw new InvalidOperationException($"the host of {place.Instrument} was started before");
        var table = new CommandTable(driver.Commands);
        _journal = journal.Open(place.Instrument);
        _device = new DeviceCare(driver, place.LeaseClock, _halt.Token);

        // After a crash the bench is left as it stands: a plate that is held warm for the next step must not cool down.
        var (identity, trouble) = await _device.ConnectAsync(makeSafe: _journal.StoppedCleanly);
        _identity = identity;

        _bulletin = new Bulletin(place.Topics, Epoch, clock) { Saying = place.Saying };
        var unknown = new UnknownOutcomes(_journal, _bulletin);
        _operator = new UnitOperator(driver, table, _journal, _bulletin, _device, _mailbox, clock, place.Topics, unknown, new CalibrationWatch(place.Calibrations, clock), _halt.Token);
        _operator.Reconnected += OnReconnected;
        var birth = Birth();
        _lock = new InstrumentLock(_journal, clock);
        _bulletin.Locked(_lock.Held);
        _bulletin.LockChanged += held => Run(TellEndOfLockAsync(held));
        _leases = new SafetyLeases(place);
        _desk = new ControlDesk(new CommandReception(place.Topics, birth.SchemaHash, table, _journal, _bulletin, clock, _lock), _operator, _lock, unknown, _journal, _bulletin, _leases, _mailbox, clock);

        _bus = connect(BusMessage.Retained(place.Topics.Liveness, new Liveness(false, Epoch)));
        trouble = await ReachBrokerAsync(_bus.StartAsync(cancellation)) ?? trouble;
        _bus.ConnectionChanged += OnConnectionChanged;
        _leases.Guard(_operator.Halt);

        // A trip that stands is heard before anything that an earlier run left unfinished goes on.
        await _bus.SubscribeAsync(Topics.InterlockTrip, _desk.HearTrip, cancellation);
        await _bus.SubscribeAsync(Topics.InterlockHeartbeat, _leases.Hear, cancellation);

        // Whoever reads the birth may command at once.
        await Receive(place.Topics.EveryAcknowledgement, _desk.Acknowledge);
        await _bus.SubscribeAsync(place.Topics.EveryControl, _desk.HearControl, cancellation);
        await Receive(place.Topics.EveryCommand, _desk.Command);

        _bulletin.Online();
        _bulletin.Announce(birth);
        foreach (var unresolved in unknown.Entries) _journal.Reopen(unresolved.Action);
        var outstanding = _journal.Outstanding();
        var unacknowledged = _journal.Unacknowledged();
        var stopped = _journal.Stopped() is { } why ? new Refusal(CauseCode.EmergencyStop, why) : null;
        Run(_bulletin.PumpAsync(_bus, _halt.Token));
        await (await Task.WhenAny(_bulletin.FlushAsync(), _completion.Task.Here()).WaitAsync(cancellation));
        if (!_leases.Heard.IsCompleted) await Task.WhenAny(_leases.Heard.Here(), Task.Delay(place.FirstHeartbeatWithin, place.LeaseClock, cancellation).Here());
        _mailbox.Post(() =>
        {
            _operator.Begin(outstanding, stopped ?? trouble ?? _leases.Trouble);
            TellResults(unacknowledged);
            _mailbox.Admit();
        });

        Run(_work = _mailbox.RunAsync(_halt.Token));
        Run(LookAgainAsync());
        if (_lock.Held is { } held) Run(TellEndOfLockAsync(held));

        Task Receive(string filter, Action<BusMessage> take) => _bus.SubscribeAsync(filter, message => _mailbox.Receive(() => take(message)), cancellation);
    }

    /// <summary>
    /// A clean stop. The running action comes to its end, or is cancelled when the token fires; accepted ones wait for the next start.
    /// The device is made safe, and the lab hears that the instrument is offline.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_stopped || _operator is null || _bulletin is null || _bus is null || _halt.IsCancellationRequested) return;
        _stopped = true;
        if (_fenced)
        {
            // The instrument has another driver: neither the device nor the lab is to hear anything more from this one.
            await HaltAsync();
            return;
        }

        _mailbox.Post(_desk!.Close);
        await using (cancellation.Register(() => _mailbox.Post(_operator.CancelRunning))) await Task.WhenAny(_operator.Drained.Here(), _completion.Task.Here());

        var trouble = await _device!.MakeSafeAsync();
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _mailbox.Post(() =>
        {
            if (trouble is not null) _bulletin.Event("not_safe", $"the device could not be made safe: {trouble.Message}");
            _operator.Stopped();
            _bulletin.Offline();
            said.SetResult();
        });
        _mailbox.Close();
        await Task.WhenAny(said.Task.Here(), _completion.Task.Here());
        if (trouble is null) _journal!.CloseCleanly();
        _saidOffline = said.Task.IsCompletedSuccessfully;
        if (_saidOffline && _bus.IsConnected) await Task.WhenAny(_bulletin.FlushAsync(), Task.Delay(Farewell, clock, _halt.Token).Here());
        await HaltAsync();
    }

    /// <summary>Without <see cref="StopAsync"/> before, the host halts where it stands, as in a crash.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_halt.IsCancellationRequested) await HaltAsync();
    }

    private async Task HaltAsync()
    {
        await Aside.Start(() =>
        {
            _halt.Cancel();
            return Task.FromResult(true);
        });
        _mailbox.Close();
        if (_bus is not null)
        {
            _bus.ConnectionChanged -= OnConnectionChanged;
            if (!_saidOffline && !_fenced && _bus.IsConnected) await SayOfflineAsync(_bus);
            await _bus.DisposeAsync();
        }

        _leases?.Dispose();

        // What was begun in the mailbox ends first, so that nothing is written to a journal that its maker disposes next.
        await Task.WhenAny(_work);
        await driver.DisposeAsync();
        _completion.TrySetResult();
    }

    /// <summary>Whoever takes leave of a broker leaves no will, so what ends otherwise than by <see cref="StopAsync"/> says itself that nobody is there any more.</summary>
    private async Task SayOfflineAsync(ILabBus bus)
    {
        using var patience = new CancellationTokenSource(LastWord, place.LeaseClock);
        try
        {
            await bus.PublishAsync(BusMessage.Retained(place.Topics.Liveness, new Liveness(false, Epoch)), patience.Token);
        }
        catch (Exception error) when (error is BusRefusedException or OperationCanceledException or ObjectDisposedException)
        {
            // The broker finds out by itself, if it is there at all.
        }
    }

    private Birth Birth() => new(
        "1",
        place.Instrument,
        driver.Family,
        _identity ?? Nobody,
        place.Simulated,
        Epoch,
        SchemaHashes.Of(driver.Commands, driver.Properties),
        driver.Commands,
        driver.Properties,
        driver.SafeWithin.TotalSeconds,
        clock.GetUtcNow(),
        place.Calibrations.IsEmpty ? default : place.Calibrations);

    /// <returns>Why the unit begins Aborted, where the broker was not to be had for so long that the device was made safe.</returns>
    private async Task<Refusal?> ReachBrokerAsync(Task started)
    {
        Refusal? away = null;
        if (!started.IsCompleted && await Task.WhenAny(started, Task.Delay(place.BrokerLease, place.LeaseClock, _halt.Token).Here()) != started)
        {
            away = _leases!.Away();
            if (await _device!.MakeSafeAsync() is { } trouble) away = away with { Message = $"{away.Message}; the device could not be made safe: {trouble.Message}" };
        }

        try
        {
            await started;
        }
        catch (OperationCanceledException) when (!_halt.IsCancellationRequested)
        {
            // Whoever ends the start leaves the bench: what an earlier run set going must not go on alone.
            await _device!.MakeSafeAsync();
            throw;
        }

        return away;
    }

    private void OnReconnected(InstrumentIdentity identity)
    {
        if (identity == _identity) return;
        _identity = identity;
        _bulletin!.Announce(Birth());
    }

    private void OnConnectionChanged(bool connected)
    {
        _leases!.Connection(connected);
        _mailbox.Post(() => Heard(connected));
    }

    private void Heard(bool connected)
    {
        _bulletin!.IsHeard = connected;
        if (connected && _wasLost)
        {
            // What an older host told last would stand in place of what its successor has told.
            _journal!.Demand();
            _bulletin.Repeat();
            TellResults(_journal!.Unacknowledged());
        }

        _wasLost = !connected;
    }

    private void TellResults(IReadOnlyList<JournalEntry> entries)
    {
        foreach (var entry in entries) _bulletin!.Result(entry.Result!, _journal!.Data(entry.Action), entry.Progress);
    }

    private async Task LookAgainAsync()
    {
        while (true)
        {
            await Task.Delay(place.PropertyPeriod, clock, _halt.Token);
            _mailbox.Post(_operator!.Look);
        }
    }

    /// <summary>Nobody asks when a lease ends, so the state is told again when it has.</summary>
    private async Task TellEndOfLockAsync(HeldLock held)
    {
        // A timer may fire a little before its time, and the lock would be told of for ever.
        while (held.Until - clock.GetUtcNow() is { Ticks: > 0 } left) await Task.Delay(left < ShortestWait ? ShortestWait : left, clock, _halt.Token);
        _mailbox.Post(() => _bulletin!.Locked(_lock!.Held));
    }

    private void Run(Task loop) => _ = WatchAsync(loop);

    private async Task WatchAsync(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException) when (_halt.IsCancellationRequested)
        {
            // That is how a loop ends.
        }
        catch (Exception error)
        {
            _fenced = error is FencedException;
            if (_fenced) _leases?.Dispose();
            _completion.TrySetException(error);
            _operator?.CancelRunning();
        }
    }
}
