using System.Collections.Immutable;
using LabAutomation.Protocol;

namespace LabAutomation.Instruments;

/// <summary>
/// Runs one driver on the lab's bus: birth, state, properties, commands, results. An action is never silently repeated and a result is
/// never silently lost, wherever the program ends.
/// </summary>
/// <remarks>
/// It publishes on its own topics and on reply topics, and subscribes to <c>cmd/+</c>, <c>ctl/+</c> and <c>exec/+/ack</c> of its
/// instrument, to its birth, liveness and events, and to the interlock's trip and heartbeat. The access list of its client must allow that.
/// </remarks>
/// <param name="driver">The host owns it from now on and disposes it.</param>
/// <param name="journal">One for all instruments of a host; its maker disposes it.</param>
/// <param name="connect">Makes this client's bus from its last will, which carries the epoch. The host starts and disposes it.</param>
/// <param name="clock">Lab time.</param>
public sealed partial class DriverHost(HostedInstrument place, IDriver driver, Journal journal, Func<BusMessage, ILabBus> connect, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Lab time given to the last messages of a clean stop.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(60);

    /// <summary>Given to the broker to take that a host is gone which could not stop properly.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(2);

    /// <summary>Given to another program that is said to be online to say so once more. One that does not is taken for dead, whatever the broker still keeps of it.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(1);

    /// <summary>What a timer can be asked for.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private static readonly InstrumentIdentity Nobody = new("unknown", "unknown", "unknown", "unknown");

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _halt = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Mailbox _mailbox = new();
    private InstrumentJournal? _journal;
    private ImmutableArray<CommandDescription> _commands = [];
    private ImmutableArray<WrittenRule> _rules = [];
    private DateTimeOffset _at;
    private RivalWatch? _rivals;
    private SafetyLeases? _leases;
    private BrokerEcho? _echo;
    private DeviceCare? _device;
    private Bulletin? _bulletin;
    private UnitOperator? _operator;
    private InstrumentLock? _lock;
    private ControlDesk? _desk;
    private ILabBus? _bus;
    private InstrumentIdentity? _identity;
    private Task _work = Task.CompletedTask;
    private Task? _halted;
    private bool _wasLost;
    private volatile bool _fenced;
    private bool _saidOffline;
    private TaskCompletionSource? _stopping;

    /// <summary>Rises at every start, power loss included; 0 before the start.</summary>
    public long Epoch => _journal?.Epoch ?? 0;

    public UnitState State => _operator?.State ?? UnitState.Stopped;

    /// <summary>Ends when the host has stopped; faulted where it met what it cannot handle.</summary>
    public Task Completion => _completion.Task;

    /// <summary>
    /// Connects device and bus, publishes the birth and takes up what an earlier run left unfinished. Returns when the birth is out and
    /// commands are taken. A device that does not answer leaves the unit Aborted; clearing it tries again.
    /// </summary>
    /// <exception cref="DriverSettingsException">A limit is none that can be kept.</exception>
    /// <exception cref="JournalException">The epoch could not be made durable.</exception>
    /// <exception cref="FencedException">Another program drives the instrument; the device was not touched.</exception>
    /// <exception cref="BusRefusedException">The broker does not want this client.</exception>
    /// <exception cref="OperationCanceledException">The token fired before the broker was reached; the device was made safe.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await StartOnceAsync(cancellation);
        }
        catch (Exception error) when (_fenced && error is not FencedException)
        {
            // Shut out in the midst of it, and what was awaited was taken away.
            await _completion.Task;
            throw;
        }
    }

    private async Task StartOnceAsync(CancellationToken cancellation)
    {
        if (_journal is not null) throw new InvalidOperationException($"the host of {place.Instrument} was started before");
        _commands = CommandLimits.Narrow(driver.Commands, place.Limits);
        _rules = CommandLimits.Rules(_commands, place.Limits);
        var (table, schemaHash) = (new CommandTable(_commands, _rules), SchemaHashes.Of(_commands, driver.Properties));
        _at = clock.GetUtcNow();
        _journal = journal.Open(place.Instrument, _at, place.Simulated);
        _rivals = new RivalWatch(Epoch, _at, _journal.BornBefore);
        _device = new DeviceCare(driver, place.LeaseClock, (kind, message) => _mailbox.Post(() => _bulletin!.Event(kind, message)), _halt.Token);
        _bulletin = new Bulletin(place.Topics, Epoch, clock) { Saying = place.Saying };
        var unknown = new UnknownOutcomes(_journal, _bulletin);
        _lock = new InstrumentLock(_journal, clock);
        _operator = new UnitOperator(driver, table, _journal, _bulletin, _device, _mailbox, clock, place.ActionClock ?? clock, place.Topics, unknown, _lock, new CalibrationWatch(place.Calibrations, clock), place.PropertyPeriod, _halt.Token);
        _operator.Reconnected += OnReconnected;
        _mailbox.LeftOut += count => _bulletin.Event("overrun", $"{count} messages to this instrument were left out, since more came than could be taken; whoever has no answer asks again");
        _bulletin.Locked(_lock.Held);
        _bulletin.LockChanged += held => Run(TellEndOfLockAsync(held));
        _leases = new SafetyLeases(place);
        _echo = new BrokerEcho(_rivals, _leases, place.Topics, place.LeaseClock, _halt.Token);
        _desk = new ControlDesk(new CommandReception(place.Topics, schemaHash, table, _journal, _bulletin, clock, _lock), _operator, _lock, unknown, _journal, _bulletin, _leases, _mailbox, clock);

        journal.Lost += OnJournalLost;
        _bus = connect(BusMessage.Retained(place.Topics.Liveness, new Liveness(false, Epoch)));
        Run(LeaveToSuccessorAsync(_bus));
        await ReachBrokerAsync(_bus.StartAsync(cancellation));
        _bus.ConnectionChanged += OnConnectionChanged;
        _leases.Guard(_operator.Halt);
        var isHeard = await RequireNoRivalAsync(_bus, cancellation);

        try
        {
            _halt.Token.ThrowIfCancellationRequested();

            // After a crash the bench is left as it stands: a plate that is held warm for the next step must not cool down.
            (_identity, var trouble) = await _device.ConnectAsync(makeSafe: _journal.StoppedCleanly);

            // A trip that stands is heard before anything that an earlier run left unfinished goes on.
            await _bus.SubscribeAsync(Topics.InterlockTrip, _desk.HearTrip, cancellation);
            await _bus.SubscribeAsync(Topics.InterlockHeartbeat, _leases.Hear, cancellation);

            // Whoever reads the birth may command at once.
            await Receive(place.Topics.EveryAcknowledgement, _desk.Acknowledge);
            await _bus.SubscribeAsync(place.Topics.EveryControl, _desk.HearControl, cancellation);
            await Receive(place.Topics.EveryCommand, _desk.Command);

            _bulletin.Online();
            _bulletin.Announce(Birth());
            _rivals.Up();
            var outstanding = _journal.Outstanding();
            var unacknowledged = _journal.Unacknowledged();
            var stopped = _journal.Stopped() is { } why ? new Refusal(CauseCode.EmergencyStop, why) : null;
            Run(_bulletin.PumpAsync(_bus, _halt.Token));

            // A stop that comes before the unit begins is on the disk for the next program, should this one end before. Callers wait until they are admitted.
            Run(_work = _mailbox.RunAsync(_halt.Token));
            await (await Task.WhenAny(_bulletin.FlushAsync(), _completion.Task.Here()).WaitAsync(cancellation));
            if (isHeard) await HearWhatIsKeptAsync(_bus, cancellation);
            if (!_leases.Heard.IsCompleted) await Task.WhenAny(_leases.Heard.Here(), _completion.Task.Here(), Task.Delay(place.FirstHeartbeatWithin, place.LeaseClock, cancellation).Here());
            if (_completion.Task.IsFaulted) await _completion.Task;
            cancellation.ThrowIfCancellationRequested();
            _mailbox.Post(() =>
            {
                var asked = _operator.Begin(outstanding, stopped ?? _leases.Trouble ?? trouble);
                TellResults([.. unacknowledged.Where(entry => !asked.Contains(entry.Action))]);
                _mailbox.Admit();
            });

            Run(LookAgainAsync());
            if (_lock.Held is { } held) Run(TellEndOfLockAsync(held));
        }
        catch (Exception error) when (error is not FencedException && !_halt.IsCancellationRequested)
        {
            // Whoever ends the start leaves the bench: what an earlier run set going must not go on alone.
            await LeaveSafeAsync();
            throw;
        }

        Task Receive(string filter, Action<BusMessage> take) => _bus.SubscribeAsync(filter, message => _mailbox.Receive(message, take), cancellation);
    }

    /// <summary>Without <see cref="StopAsync"/> before, the host halts where it stands, as in a crash.</summary>
    public async ValueTask DisposeAsync() => await HaltAsync();

    /// <param name="because">What <see cref="Completion"/> ends with; null for an end in order.</param>
    private Task HaltAsync(Exception? because = null)
    {
        lock (_gate) return _halted ??= HaltOnceAsync(because);
    }

    private async Task HaltOnceAsync(Exception? because)
    {
        var isShutOut = _fenced;
        await Aside.CancelAsync(_halt);
        _mailbox.Close();

        // The instrument has another driver: neither the device nor the lab is to hear anything more from this one, whatever it has under way.
        if (isShutOut) await driver.DisposeAsync();
        if (_bus is not null)
        {
            _bus.ConnectionChanged -= OnConnectionChanged;
            if (!_saidOffline && !_fenced && _bus.IsConnected) await SayOfflineAsync(_bus);
            await _bus.DisposeAsync();
        }

        _leases?.Dispose();
        journal.Lost -= OnJournalLost;

        // What was begun in the mailbox ends first, so that nothing is written to a journal that its maker disposes next.
        await Task.WhenAny(_work);
        if (!isShutOut) await driver.DisposeAsync();
        if (because is null) _completion.TrySetResult();
        else _completion.TrySetException(because);
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
        SchemaHashes.Of(_commands, driver.Properties),
        _commands,
        driver.Properties,
        driver.SafeWithin.TotalSeconds,
        _at,
        place.Calibrations.IsEmpty ? default : place.Calibrations,
        _rules.IsEmpty ? default : [.. _rules.Select(rule => rule.Text)],
        _journal!.RemembersSince);

    /// <summary>
    /// Two programs with journals of their own would each carry out what they are told, and each make the other's device safe. The device is not touched before it is known that there is no other one. What a broker keeps of a
    /// program that it did not see die is no other one, so it is asked.
    /// </summary>
    /// <returns>Whether the broker delivers.</returns>
    private async Task<bool> RequireNoRivalAsync(ILabBus bus, CancellationToken cancellation)
    {
        await bus.SubscribeAsync(place.Topics.Birth, message => Meet(_rivals!.HearBirth(message)), cancellation);
        await bus.SubscribeAsync(place.Topics.Liveness, message => Meet(_rivals!.HearLiveness(message)), cancellation);
        await bus.SubscribeAsync(place.Topics.Event, message => { if (_rivals!.HearEvent(message)) Meet(isForeign: true); }, cancellation);
        var back = (await _echo!.AskAsync(bus, cancellation)).Here();
        Run(back);

        // Who does not hear itself for so long cannot be commanded either, and goes on as one that nobody knows of, until its broker's lease is over.
        var isHeard = await WithinAsync(BrokerEcho.Within, back, cancellation);
        if (_rivals!.Rival is { } rival && await WithinAsync(AnswersWithin, _rivals.Answer, cancellation))
        {
            _fenced = true;
            throw Fenced(rival);
        }

        _rivals.Dismiss();
        return isHeard;
    }

    /// <summary>What is said now comes back behind what the broker keeps, a trip that stands among it.</summary>
    private async Task HearWhatIsKeptAsync(ILabBus bus, CancellationToken cancellation)
    {
        var back = (await _echo!.AskAsync(bus, cancellation)).Here();
        Run(back);
        await WithinAsync(BrokerEcho.Within, back, cancellation);
    }

    /// <returns>Whether it is over in time.</returns>
    private async Task<bool> WithinAsync(TimeSpan time, Task task, CancellationToken cancellation) =>
        task.IsCompleted || await Task.WhenAny(task, Task.Delay(time, place.LeaseClock, cancellation).Here()) == task;

    /// <summary>Somebody else's birth or liveness under the instrument's name, or a knock. Of two hosts that are up the one that came later stays, and what it has told is told again.</summary>
    private void Meet(bool isForeign)
    {
        if (!isForeign || !_rivals!.IsUp) return;
        _mailbox.PostFirst(() =>
        {
            _journal!.Demand();
            if (_rivals.Rival is { } rival)
            {
                if (_rivals.Yields(rival)) throw Fenced(rival);
                _rivals.Dismiss();
            }

            _bulletin!.Repeat();
        });
    }

    /// <summary>Under one account the broker keeps one link, and gives it to whoever came last.</summary>
    private async Task LeaveToSuccessorAsync(ILabBus bus)
    {
        await bus.TakenOver.Here().WaitAsync(_halt.Token);
        throw new FencedException(
            $"another program has connected to the broker as '{bus.ClientId}', the account by which '{place.Instrument}' is driven; this one has epoch {Epoch} and may not act any more. Stop one of the two; an instrument has one driver");
    }

    private FencedException Fenced(Birth rival) => new(
        $"'{place.Instrument}' is driven by another program with a journal of its own: '{rival.Family}' in epoch {rival.Epoch}, begun {rival.At:u}, is online; this one has epoch {Epoch} and may not act. Stop one of the two; an instrument has one driver");

    private void OnReconnected(InstrumentIdentity identity)
    {
        if (identity == _identity) return;
        _identity = identity;
        _bulletin!.Announce(Birth());
    }

    /// <summary>Nothing can be promised any more, and what was accepted would be done again by a program that does not know of it.</summary>
    private void OnJournalLost(JournalException loss)
    {
        _operator!.Halt(new Refusal(CauseCode.HardwareFault, loss.Message));
        _completion.TrySetException(loss);
    }

    private void OnConnectionChanged(bool connected)
    {
        _leases!.Connection(connected);
        if (connected) Run(_echo!.AskAsync(_bus!, _halt.Token).Unwrap());
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
            if (error is FencedException)
            {
                // A driver that was asked to come to an end would stop the device, which is at work for somebody else: its link is closed, and it is asked nothing.
                _fenced = true;
                await HaltAsync(error);
                return;
            }

            _completion.TrySetException(error);
            _operator?.CancelRunning();
        }
    }
}
