using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Hosting.Broker;
using LabAutomation.Hosting.Desk;
using LabAutomation.Instruments;
using LabAutomation.Models;
using LabAutomation.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LabAutomation.Hosting;

/// <summary>
/// A running lab: broker, instruments and agents over one data directory. It starts and stops with the host; campaigns are begun and
/// taken up again through it.
/// </summary>
public sealed partial class Laboratory : IHostedService, IAsyncDisposable
{
    private const string Agents = "agents";

    private readonly Lazy<LabParts> _made;
    private readonly Lazy<LabModels> _models;
    private readonly Stack<Func<ValueTask>> _undo = new();
    private readonly TaskCompletionSource<ImmutableArray<CampaignState>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IActorRef _root = ActorRefs.Nobody;
    private ControlCaller? _controls;
    private Ledger? _ledger;
    private DataDirectory? _directory;
    private InstrumentRack? _rack;
    private IReadOnlyCollection<Birth> _births = [];
    private StopsCleared? _cleared;

    /// <param name="parts">Made when the lab starts: the host has judged the configuration by then.</param>
    internal Laboratory(Func<LabParts> parts)
    {
        _made = new Lazy<LabParts>(parts);
        _models = new Lazy<LabModels>(() => new LabModels(Parts));
    }

    /// <summary>Raised for everything an instrument shows. A handler returns at once.</summary>
    public event Action<InstrumentNotice>? InstrumentNoticed;

    /// <summary>Raised after each change of the running campaign. A handler returns at once.</summary>
    public event Action<CampaignState>? CampaignChanged;

    /// <summary>Lab time.</summary>
    public TimeProvider Clock { get; private set; } = TimeProvider.System;

    public Ledger Ledger => _ledger ?? throw NotStarted();

    public string DataDirectory => (_directory ?? throw NotStarted()).Path;

    /// <inheritdoc cref="LabModels.Analysing"/>
    public Lazy<ModelRegistry> Models => _models.Value.Analysing;

    /// <summary>Where the instruments of the lab stand.</summary>
    public LabStations Stations => Parts.Instruments.Stations;

    /// <summary>What can be made to go wrong with a simulated device.</summary>
    /// <exception cref="KeyNotFoundException">There is no such instrument.</exception>
    internal Simulators.Wire.DeviceFaults FaultsOf(string instrument) => _rack!.FaultsOf(instrument);

    /// <summary>What a hand can do in the simulated room; null where there is none.</summary>
    internal Simulators.Synthesis.RoomFloor? Floor => _rack?.Floor;

    /// <inheritdoc cref="InstrumentRack.BenchAt"/>
    internal Simulators.Bench.ColourBench? BenchAt(string? station) => _rack?.BenchAt(station);

    private LabParts Parts => _made.Value;

    private string Site => Parts.Lab.Site;

    /// <summary>Where the ledger of a data directory lies.</summary>
    public static string LedgerIn(string dataDirectory) => Hosting.DataDirectory.LedgerIn(dataDirectory);

    /// <summary>Where the conversations with agents lie; several ledgers where some were held at the same time.</summary>
    public static IReadOnlyList<string> ConversationsIn(string dataDirectory) => ReasoningDirectory.ConversationsIn(dataDirectory);

    /// <summary>Where the approvals lie.</summary>
    public static string ApprovalsIn(string dataDirectory) => ReasoningDirectory.ApprovalsIn(dataDirectory);

    /// <exception cref="LabException">A part does not come up; what had started is stopped again.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            var directory = _directory = Keep(Hosting.DataDirectory.Hold(Parts.Lab.DataDirectory));
            Clock = Parts.Ground.Clock(directory, Parts.Simulation, Parts.Instruments);
            _ledger = Keep(Ledger.Open(directory.Ledger, Clock, Parts.Ground.IsDurable, Parts.Ground.Disk, Parts.Ground.IsAlone));
            _undo.Push(() =>
            {
                TellRefused();
                return ValueTask.CompletedTask;
            });
            Parts.Ground.Has(_ledger);
            _undo.Push(CloseModels);
            if (Parts.Ground.IsDurable) _models.Value.Begin();     // a virtual lab begins a thousand times, and is told when it needs one
            if (Parts.Broker.IsElsewhere) Parts.Broker.Link.Check([Agents, .. Parts.Instruments.Hosted.Select(Switchboard.ClientOf)]);
            var switchboard = Parts.Ground.Switchboard(Site, Parts.Broker, Parts.Logging, new AccountFile(directory.Path));
            _undo.Push(switchboard.DisposeAsync);
            await switchboard.StartAsync();
            var rack = _rack = new InstrumentRack(Site, directory, Parts.Simulation, Parts.Instruments, Parts.Families, Clock, Parts.Ground);
            rack.Fell += (instrument, error) => OnFatal(error is JournalException { IsLost: true } ? new LabException(LabFault.Storage, error.Message, error) : new LabException(LabFault.Instrument, $"the driver of {instrument} met what it cannot handle: {error.Message}", error));
            _undo.Push(() => PutDownAsync(rack));
            var agents = await StartAgentsAsync(switchboard, cancellation);
            _undo.Push(() => StopAsync(agents));
            await rack.StartAsync(Parts.Instruments.Hosted, switchboard.ConnectDriver, cancellation);
            if (Parts.Ground.IsDurable) switchboard.OfferDesk(directory.Path);
        }
        catch (Exception error)
        {
            await DisposeAsync();
            if (error is BusRefusedException) throw new LabException(LabFault.Broker, error.Message, error);
            if (error is LedgerException ledger) throw Of(ledger);
            if (error is FencedException) throw new LabException(LabFault.InUse, error.Message, error);
            if (error is JournalException) throw new LabException(LabFault.Storage, error.Message, error);
            throw;
        }
    }

    public async Task StopAsync(CancellationToken cancellation) => await DisposeAsync();

    /// <summary>The instruments that are there now, stopped ones included. Nothing is asked of them.</summary>
    public async Task<IReadOnlyList<InstrumentView>> InstrumentsAsync(CancellationToken cancellation)
    {
        await WaitAsync(Parts.Instruments.Instruments.Select(instrument => instrument.Name), Wanted.Present, null, cancellation);
        return (await AskForInstrumentsAsync(cancellation)).Instruments;
    }

    /// <summary>
    /// Waits until these instruments can be used, for <c>Lab:InstrumentWait</c> at most, and returns all births there are. One that a fault has aborted is cleared; one that was stopped only by a person.
    /// </summary>
    /// <exception cref="LabException">One of them cannot be used.</exception>
    public Task<IReadOnlyCollection<Birth>> WaitForInstrumentsAsync(IEnumerable<string> names, CancellationToken cancellation, PersonsClear? clear = null) => WaitAsync(names, Wanted.Usable, clear, cancellation);

    private async Task<IReadOnlyCollection<Birth>> WaitAsync(IEnumerable<string> names, Wanted wanted, PersonsClear? clear, CancellationToken cancellation)
    {
        var configured = Parts.Instruments.Instruments.Select(instrument => instrument.Name).ToHashSet(StringComparer.Ordinal);
        var awaited = names.Where(configured.Contains).ToArray();
        var began = Parts.Ground.Patience.GetTimestamp();
        TimeSpan? lastAsked = null;
        while (true)
        {
            var list = await AskForInstrumentsAsync(cancellation);
            var views = list.Instruments.ToDictionary(view => view.Birth.Instrument, StringComparer.Ordinal);
            var missing = awaited.Where(name => !views.TryGetValue(name, out var view) || !view.Online || !(CanStart(view.State) || (wanted is not Wanted.Usable && view.IsStopped))).ToArray();
            if (missing.Length == 0) return _births = [.. list.Instruments.Select(view => view.Birth)];

            var elapsed = Parts.Ground.Patience.GetElapsedTime(began);
            if ((clear is null && missing.Any(name => views.TryGetValue(name, out var view) && view is { Online: true, State: UnitState.Aborted, IsStopped: true })) || elapsed > TimeSpan.FromSeconds(Parts.Lab.InstrumentWait)) throw new LabException(LabFault.Instrument, Absence(missing, views));
            if (wanted is not Wanted.Present && (lastAsked is not { } asked || elapsed - asked > TimeSpan.FromSeconds(1)))
            {
                lastAsked = elapsed;
                var stopped = missing.Where(name => views.TryGetValue(name, out var view) && view is { State: UnitState.Aborted, IsStopped: true }).ToArray();
                if (clear is not null && stopped.Length > 0) _cleared = new StopsCleared(clear.By, clear.Reason, [.. (_cleared?.Instruments ?? []).Union(stopped)]);
                foreach (var aborted in missing.Where(name => views.TryGetValue(name, out var view) && view.State is UnitState.Aborted))
                    _root.Tell(new BenchMessage.Clear(aborted, clear?.Reason ?? "a campaign is about to use it", clear?.By));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), Parts.Ground.Patience, cancellation);
        }
    }

    /// <summary>Records the start of a campaign that is nobody's. It runs when <see cref="RunAsync"/> is called.</summary>
    /// <inheritdoc cref="Begin(CampaignPlan, string, IReadOnlyList{LabEvent})"/>
    public string Begin(CampaignPlan plan, params IReadOnlyList<LabEvent> more) => Begin(plan, owner: null, more);

    /// <summary>Records the start of a campaign. It runs when <see cref="RunAsync"/> is called.</summary>
    /// <param name="owner">Whose it is; null where it is nobody's.</param>
    /// <param name="more">To be on record with it, or neither is.</param>
    /// <returns>Its id.</returns>
    public string Begin(CampaignPlan plan, string? owner, params IReadOnlyList<LabEvent> more)
    {
        var id = CampaignRecord.NextId(Ledger, plan.Name);
        Ledger.Append(id,
        [
            new CampaignStarted(Path.GetFileName(plan.File), plan.Text, plan.Sha256, plan.Seed, plan.PlannerKind, plan.Goal.Until.Trials, Site, Software.Versions, plan.Parallel == 1 ? null : plan.Parallel ?? 0, plan.Given.IsEmpty ? null : plan.Given, plan.Tables.IsEmpty ? null : plan.Tables, plan.IsUntrusted, owner,
                Parts.Ground.IsDurable && Clock != TimeProvider.System ? TimeProvider.System.GetUtcNow() : null),
            .. Seen(plan),
            .. ModelsOf(plan),
            .. Cleared(),
            .. more,
        ]);
        return id;
    }

    /// <summary>
    /// Tells an instrument what a person found out about an action of unknown outcome. It waits until the device was asked once more, for
    /// <c>Lab:InstrumentWait</c> at most.
    /// </summary>
    /// <exception cref="LabException">The instrument does not come up.</exception>
    public async Task<ControlReply> ReconcileAsync(string instrument, ReconcileFrame found, CancellationToken cancellation)
    {
        var controls = _controls ?? throw NotStarted();
        var (began, reply) = (Parts.Ground.Patience.GetTimestamp(), default(ControlReply));
        while (true)
        {
            var views = (await AskForInstrumentsAsync(cancellation)).Instruments.ToDictionary(view => view.Birth.Instrument, StringComparer.Ordinal);
            if (views.TryGetValue(instrument, out var view) && view is { Online: true, State: UnitState.Aborted or UnitState.Idle })
            {
                try
                {
                    reply = await controls.AskAsync(Topics.Of(Site, instrument), "reconcile", found, TimeSpan.FromSeconds(2), cancellation);
                    if (reply.Done || view.State is UnitState.Idle) return reply;
                }
                catch (TimeoutException)
                {
                    // Asked again below; the wait as a whole has its own end.
                }
            }

            if (Parts.Ground.Patience.GetElapsedTime(began) > TimeSpan.FromSeconds(Parts.Lab.InstrumentWait))
                return reply ?? throw new LabException(LabFault.Instrument, Absence([instrument], views));
            await Task.Delay(TimeSpan.FromMilliseconds(50), Parts.Ground.Patience, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_undo.TryPop(out var undo))
        {
            try
            {
                await undo();
            }
            catch (Exception error)
            {
                // What made the lab stop has been told; a part that cannot stop in order, for want of disk space perhaps, must not hide it.
                Parts.Logging.CreateLogger<Laboratory>().LogWarning("A part of the lab did not stop in order: {Reason}", error.Message);
            }
        }
    }

    /// <summary>After the end: instruments of this program whose devices could not be made safe, and why.</summary>
    public IReadOnlyDictionary<string, string> NotSafe { get; private set; } = ImmutableSortedDictionary<string, string>.Empty;

    private async ValueTask PutDownAsync(InstrumentRack rack)
    {
        try
        {
            await rack.DisposeAsync();
        }
        finally
        {
            NotSafe = rack.NotSafe;
            foreach (var (instrument, why) in NotSafe) Parts.Logging.CreateLogger<Laboratory>().LogError("The device of {Instrument} could not be made safe: {Reason}", instrument, why);
        }
    }

    /// <summary>As when the program is killed: files are closed as they are, and nobody hears of it.</summary>
    internal void Abandon()
    {
        if (_undo.Count == 0) return;
        _undo.Clear();
        _rack?.PutAway();
        _ledger?.Dispose();
        _models.Value.Dispose();
        _directory?.Dispose();
    }

    /// <summary>A driver that has not reached its device yet, or lost it, is in a state in which it takes no command.</summary>
    private static bool CanStart(UnitState? state) =>
        state is not (null or UnitState.Stopped or UnitState.Stopping or UnitState.Clearing or UnitState.Aborting or UnitState.Aborted);

    private IEnumerable<InstrumentSeen> Seen(CampaignPlan plan)
    {
        var used = Stations.For(plan).Instruments;
        return _births.Where(birth => used.Contains(birth.Instrument))
            .Select(birth => new InstrumentSeen(birth.Instrument, birth.Family, birth.Identity, birth.Simulated, birth.Epoch, birth.SchemaHash, birth.RemembersSince));
    }

    /// <summary>Who cleared what, for the record of the campaign that goes on with it.</summary>
    private StopsCleared[] Cleared()
    {
        StopsCleared[] cleared = _cleared is null ? [] : [_cleared];
        _cleared = null;
        return cleared;
    }

    private static LabException NotStarted() => new(LabFault.NotNow, "the lab has not started");

    private string Absence(IEnumerable<string> missing, IReadOnlyDictionary<string, InstrumentView> views) =>
        string.Join("; ", missing.Select(name => views.GetValueOrDefault(name) switch
        {
            { IsStopped: true } view => $"{name} was stopped and stays so until somebody has looked and clears it, as --clear does here: {view.Trouble}",
            { Trouble: { } trouble } => $"{name} cannot be used: {trouble}; waited {Parts.Lab.InstrumentWait} s (Lab:InstrumentWait)",
            _ => $"{name} did not come up; waited {Parts.Lab.InstrumentWait} s (Lab:InstrumentWait)",
        }));

    private async Task<ActorSystem> StartAgentsAsync(ISwitchboard switchboard, CancellationToken cancellation)
    {
        var bus = switchboard.ConnectAgents(Agents);
        _undo.Push(bus.DisposeAsync);
        await ReachAsync(bus, cancellation);
        _controls = new ControlCaller(bus, Parts.Ground.Patience);
        if (Parts.Ground.IsDurable && await new LabDesk(bus, Site, this).OpenAsync(cancellation) is { } closed)
            Parts.Logging.CreateLogger<Laboratory>().LogWarning("Nobody can reach this lab while it runs, as by 'lab refill': {Reason}", closed);
        var agents = ActorSystem.Create("lab", Parts.Ground.Agents);
        var log = Parts.Logging.CreateLogger("Agents");
        var surroundings = new LabSurroundings(bus, Ledger, Site, Stations, Clock, Parts.Ground.Patience, Models, Parts.Ground.Dispatcher);
        agents.ActorOf(surroundings.Props(() => new ActorLog(log)), "log");
        agents.ActorOf(surroundings.Props(() => new WatcherActor(OnCampaign, OnInstrument, OnRefill)), "watcher");
        _root = agents.ActorOf(surroundings.Props(() => new LabActor(surroundings, OnFatal, OnStopped)), "lab");
        return agents;
    }

    /// <summary>The agents first, where they have their turns: the last that they write down does not depend on when another thread gets round to stopping them.</summary>
    private async ValueTask StopAsync(ActorSystem agents)
    {
        _root.Tell(PoisonPill.Instance);
        await Task.WhenAny(_stopped.Task.Here(), Task.Delay(TimeSpan.FromSeconds(5), Parts.Ground.Patience));
        await Parts.Ground.Outside(agents.Terminate);
    }

    private async Task ReachAsync(ILabBus bus, CancellationToken cancellation)
    {
        var wait = TimeSpan.FromSeconds(Parts.Lab.InstrumentWait);
        try
        {
            await bus.StartAsync(cancellation).WaitAsync(wait, Parts.Ground.Patience, cancellation);
        }
        catch (TimeoutException error)
        {
            throw new LabException(LabFault.Broker, $"the broker at {Parts.Broker.Host}:{Parts.Broker.Link.EffectivePort} (Broker:Host) cannot be reached; waited {wait.TotalSeconds} s (Lab:InstrumentWait)", error);
        }
    }

    private async Task<InstrumentList> AskForInstrumentsAsync(CancellationToken cancellation)
    {
        var answer = _root.Ask<InstrumentList>(BenchMessage.GetInstruments.Instance, TimeSpan.FromSeconds(10), cancellation);
        var outcome = _outcome.Task.Here();
        if (await Task.WhenAny(answer.Here(), outcome) == outcome) await outcome;
        return await answer;
    }

    private void OnInstrument(InstrumentNotice notice) => InstrumentNoticed?.Invoke(notice);

    private void OnFatal(Exception error) => _outcome.TrySetException(error is LedgerException ledger ? Of(ledger) : error);

    private static LabException Of(LedgerException error) => new(error.IsBroken ? LabFault.LedgerBroken : LabFault.Storage, error.Message, error);

    private void OnStopped() => _stopped.TrySetResult();

    private ValueTask CloseModels()
    {
        _models.Value.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Keep<T>(T part) where T : IDisposable
    {
        _undo.Push(() =>
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        });
        return part;
    }
}
