using LabAutomation.Agents.Records;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Simulators.Faults;
using LabAutomation.Simulators.Time;
using LabAutomation.Simulators.Wire;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Makes the faults of a script happen in a virtual lab, over all ends and starts of its program, and counts them.</summary>
internal sealed partial class FaultInjector : IDisposable
{
    private readonly FaultState[] _faults;
    private readonly VirtualTime _time;
    private readonly BusFaults _bus;
    private readonly string _folder;

    /// <summary>By database: its mark before the write that is followed.</summary>
    private readonly Dictionary<string, byte[]> _marks = new(StringComparer.Ordinal);
    private VirtualLoop _loop;
    private SimulatedBroker? _broker;
    private InstrumentRack? _rack;
    private long _messages;

    /// <param name="script">In any order.</param>
    /// <param name="seed">Of what is drawn for each message.</param>
    /// <param name="folder">The data directory of the lab.</param>
    public FaultInjector(IEnumerable<Fault> script, VirtualTime time, int seed, string folder)
    {
        (_faults, _time, _folder, _loop) = ([.. script.Select(fault => new FaultState(fault))], time, folder, new VirtualLoop(time));
        _bus = new BusFaults(SeedStream.Of(seed, "bus"));
        Disk = new FaultyDisk(time) { Struck = kind => Strike(kind, null), Reached = OnWrite };
    }

    /// <summary>Once no program has a file open any more.</summary>
    public void Dispose() => Disk.Dispose();

    public FaultyDisk Disk { get; }

    public IReadOnlyList<FaultState> Faults => _faults;

    /// <summary>Messages that reached the broker.</summary>
    public long Messages => _messages;

    /// <summary>The fault that has ended the lab's program; null while it runs.</summary>
    public FaultState? Crash { get; private set; }

    /// <summary>Whether every fault has come and gone, or can come no more but at a write or a message.</summary>
    public bool IsOver => _faults.All(state => state.IsOver || (state.Fault.At is null && state.BeganAt is null));

    /// <summary>Told of every message that the broker passes on.</summary>
    public Action<BusMessage> Overheard { get; init; } = _ => { };

    /// <summary>When a person who is needed comes; null where somebody is there.</summary>
    private TimeSpan? AbsentUntil => _faults.Where(state => state.Fault.Kind == FaultKind.Absence && state.IsActive).Select(state => state.BeganAt + state.Fault.For).Max();

    /// <summary>A program starts: what is due happens in it.</summary>
    public void Begin(VirtualLoop loop)
    {
        (_loop, _broker, _rack, Crash, Disk.IsDead) = (loop, null, null, null, false);
        foreach (var state in _faults.Where(state => !state.IsOver))
        {
            if (state.BeganAt is { } past && past + state.Fault.For <= _time.Elapsed) state.IsOver = true;
            else if (state.BeganAt is { } began) After(began + state.Fault.For, () => End(state));
            else if (state.Fault.At is { } at && at + state.Fault.For < _time.Elapsed) state.IsOver = true;
            else if (state.Fault.At is { } due) After(due, () => Start(state));
        }

        Set();
    }

    /// <summary>The program has ended, in whatever way.</summary>
    public void Ended()
    {
        SettleBus();
        foreach (var state in _faults.Where(state => state.IsActive))
        {
            // These were of a driver or a broker that is gone with the program.
            if (state.Fault.Kind is FaultKind.DriverCrash or FaultKind.BrokerRestart or FaultKind.BrokerLoss or FaultKind.Partition or FaultKind.Deaf or FaultKind.Mute) state.IsOver = true;
        }

        Disk.Cache.Clear();
        (_broker, _rack, _lab) = (null, null, null);
    }

    public void Has(Ledger ledger) => Disk.Guard(ledger);

    public void Has(Journal journal) => Disk.Guard(journal);

    public void Has(InstrumentRack rack)
    {
        _rack = rack;
        foreach (var name in Instruments()) rack.FaultsOf(name).Struck += kind => Strike(kind, name);
        Set();
    }

    public SimulatedBroker Broker(ILogger<SimulatedBroker> log)
    {
        _broker = new SimulatedBroker(_time, log, _bus);
        _broker.Arriving += _ => OnMessage();
        _broker.Routed += message => Overheard(message);
        return _broker;
    }

    /// <summary>How much later a person comes who is needed now, because nobody is there.</summary>
    public TimeSpan Missed()
    {
        if (AbsentUntil is not { } until || until <= _time.Elapsed) return TimeSpan.Zero;
        Strike(FaultKind.Absence, null);
        return until - _time.Elapsed;
    }

    /// <summary>What the crash left on the disk, where it was in the middle of a write or took the power. Called while the files are still open.</summary>
    public IReadOnlyList<TornFile> Torn()
    {
        if (Crash is { Fault.Kind: FaultKind.PowerCut }) return [.. Databases().Select(path => TornFile.Forced(path, Disk.Cache)).OfType<TornFile>()];
        if (Crash is not { Fault: { Kind: FaultKind.TornWrite, Amount: { } share } }) return [];
        if (Disk.Cache.Followed > 0) Crash.Struck++;
        return [.. Databases().Select(path => TornFile.Take(path, Disk.Cache, share, _marks[path]))];
    }

    private IEnumerable<string> Instruments() => _faults.Where(state => state.Fault.Traits.Target == FaultTarget.Instrument).Select(state => state.Fault.On!).Distinct();

    private string[] Databases() => [DataDirectory.JournalIn(_folder), DataDirectory.LedgerIn(_folder)];

    private void OnWrite(long number, bool after)
    {
        foreach (var state in _faults)
        {
            if (state.Fault.AtWrite != number || state.BeganAt is not null) continue;
            if (!after && state.Fault.Kind == FaultKind.TornWrite) Follow();
            if (after == (state.Fault.After || state.Fault.Kind == FaultKind.TornWrite)) Start(state);
        }
    }

    private void Follow()
    {
        Disk.Cache.Follow();
        foreach (var path in Databases()) _marks[path] = TornFile.MarkOf(path);
    }

    private void OnMessage()
    {
        if (Crash is not null) return;
        _messages++;
        foreach (var state in _faults)
        {
            if (state.Fault.AtMessage == _messages && state.BeganAt is null) Start(state);
        }
    }

    private void After(TimeSpan due, Action then)
    {
        var wait = due - _time.Elapsed;
        _time.CreateTimer(_ => { if (Crash is null) then(); }, null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Start(FaultState state)
    {
        if (Crash is not null || state.BeganAt is not null) return;
        state.BeganAt = _time.Elapsed;
        var fault = state.Fault;
        switch (fault.Kind)
        {
            case FaultKind.Crash or FaultKind.PowerCut:
                state.Struck++;
                PowerOff(state);
                return;
            case FaultKind.TornWrite:
                PowerOff(state);
                return;
            case FaultKind.DriverCrash:
                CrashDriver(state);
                return;
            case FaultKind.ClockStep:
                _time.Step(TimeSpan.FromSeconds(fault.Amount!.Value));
                (state.Struck, state.IsOver) = (fault.Amount == 0 ? 0 : 1, true);
                return;
            case FaultKind.Freeze:
                _time.Pass(fault.For);
                (state.Struck, state.IsOver) = (1, true);
                return;
            case FaultKind.Hold or FaultKind.Move or FaultKind.Remove or FaultKind.Pause:
                StartOrder(state);
                return;
            default:
                StartOnBus(state);
                break;
        }

        After(state.BeganAt.Value + fault.For, () => End(state));
        Set();
    }

    private void End(FaultState state)
    {
        state.IsOver = true;
        EndOrder(state);
        Set();
    }

    private void PowerOff(FaultState state)
    {
        (Crash, Disk.IsDead, state.IsOver) = (state, true, true);
        _loop.Halt();
        _rack?.Unplug();
    }

    private void Strike(FaultKind kind, string? on)
    {
        if (FaultTraits.Of(kind).Amount is not null)
        {
            if (Acting(kind, on) is { } acting) acting.Struck++;
            return;
        }

        foreach (var state in Active(kind, on)) state.Struck++;
    }

    private void CrashDriver(FaultState state)
    {
        var (rack, name) = (_rack, state.Fault.On!);
        _loop.Post(_ => _ = Run(), null);

        async Task Run()
        {
            if (rack is null || !await rack.CrashAsync(name))
            {
                state.IsOver = true;
                return;
            }

            state.Struck++;
            await Task.Delay(state.Fault.For, _time);
            while (Crash is null && rack == _rack)
            {
                try
                {
                    await rack.RestartAsync(name);
                    break;
                }
                catch (Exception error) when (error is JournalException or ObjectDisposedException or LabException)
                {
                    // As what watches over programs does: it tries again.
                    await Task.Delay(TimeSpan.FromSeconds(5), _time);
                }
            }

            state.IsOver = true;
        }
    }

    /// <summary>Brings everything into the state that the faults of the moment ask for.</summary>
    private void Set()
    {
        Disk.IsFull = IsActive(FaultKind.FullDisk);
        Disk.FailsSync = IsActive(FaultKind.FailingSync);
        Disk.SlowBy = TimeSpan.FromSeconds(Amount(FaultKind.SlowDisk) ?? 0);
        SetBus();
        if (_rack is null) return;
        foreach (var name in Instruments()) SetDevice(name, _rack.FaultsOf(name));
    }

    private void SetDevice(string name, DeviceFaults device)
    {
        device.Silent = IsActive(FaultKind.Silence, name);
        device.Garbage = IsActive(FaultKind.Garbage, name);
        device.Echo = IsActive(FaultKind.Echo, name);
        device.PartialAfter = (int?)Amount(FaultKind.CutShort, name);
        device.WrongChecksum = IsActive(FaultKind.WrongChecksum, name);
        device.Late = Amount(FaultKind.Late, name) is { } late ? TimeSpan.FromSeconds(late) : null;
        device.Stuck = IsActive(FaultKind.Stuck, name);
        device.Drift = Amount(FaultKind.Drift, name);
        device.StallAfter = Amount(FaultKind.Empty, name);
    }

    private IEnumerable<FaultState> Active(FaultKind kind, string? on = null) => _faults.Where(state => state.Fault.Kind == kind && state.IsActive && (on is null || state.Fault.On == on));

    private bool IsActive(FaultKind kind, string? on = null) => Active(kind, on).Any();

    private double? Amount(FaultKind kind, string? on = null) => Acting(kind, on)?.Fault.Amount;

    /// <summary>Of several at the same time the worst, which alone makes a difference.</summary>
    private FaultState? Acting(FaultKind kind, string? on = null) => kind switch
    {
        FaultKind.CutShort or FaultKind.Empty => Active(kind, on).MinBy(state => state.Fault.Amount),
        FaultKind.Drift => Active(kind, on).FirstOrDefault(),
        _ => Active(kind, on).MaxBy(state => state.Fault.Amount),
    };
}
