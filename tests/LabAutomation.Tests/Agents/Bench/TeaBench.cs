using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;
using LabAutomation.Models;
using LabAutomation.Protocol;
using LabAutomation.Simulators;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Agents.Bench;

/// <summary>The lab's side of one instrument, whose driver is the test.</summary>
internal sealed class TeaBench : IAsyncDisposable
{
    public static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly InstrumentTopics Tea = Topics.Of("site", "tea");
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("bench").FullName;
    private readonly ActorSystem _actors = ActorSystem.Create("bench");
    private SimulatedBus _driver = null!;
    private RefusingBus _agents = null!;
    private Ledger _ledger = null!;
    private IActorRef _bench = null!;
    private Mailbox _aborts = null!;

    public SimulatedBroker Broker { get; } = new(TimeProvider.System);

    public FakeTimeProvider Clock { get; } = new(At);

    /// <summary>How often the lab has given the command to its link.</summary>
    public int Sent => _agents.Commands;

    public ActionIntended Intent { get; } = new(ActionId.Derive("c", 1, "pour", 0, 0), 1, "pour", 0, "tea", "pour", ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(200, "mL")), At.AddDays(1));

    /// <summary>The commands that reach the driver.</summary>
    public Mailbox Commands { get; private set; } = null!;

    /// <summary>Whether the broker refuses the lab's commands.</summary>
    public bool Refuses { set => _agents.Refuses = value; }

    /// <summary>Whether commands get stuck on their way to the broker, until <see cref="Release"/>.</summary>
    public bool Withholds { set => _agents.Withholds = value; }

    public void Release() => _agents.Release();

    public static async Task<TeaBench> OpenAsync()
    {
        var bench = new TeaBench();
        bench._ledger = Ledger.Open(Path.Combine(bench._folder, "ledger.db"), bench.Clock);
        (bench._driver, bench._agents) = (bench.Broker.CreateBus("driver"), new RefusingBus(bench.Broker.CreateBus("agents")));
        await bench._driver.StartAsync(CancellationToken.None);
        await bench._agents.StartAsync(CancellationToken.None);
        var lab = new LabSurroundings(bench._agents, bench._ledger, "site", LabStations.OnePlace, bench.Clock, bench.Clock, new Lazy<ModelRegistry>(() => throw new InvalidOperationException("no model is asked for")));
        bench._bench = bench._actors.ActorOf(lab.Props(() => new BenchActor(lab)), "bench");
        await bench.ViewsAsync();
        bench.Commands = await Mailbox.OpenAsync(bench._driver, "lab/1/site/tea/cmd/+");
        bench._aborts = await Mailbox.OpenAsync(bench._driver, Tea.Control("abort"));
        return bench;
    }

    /// <summary>That there was a driver before the action was intended, on record.</summary>
    public void Record(params LabEvent[] events) => _ledger.Append("c", events);

    public Task<ActionConcluded> PerformAsync(bool isOnRecord = false)
    {
        var concluded = new TaskCompletionSource<ActionConcluded>(TaskCreationOptions.RunContinuationsAsynchronously);
        _bench.Tell(new BenchMessage.Perform("c", new ActionRequest(Intent, isOnRecord, isOnRecord ? At : null)), _actors.ActorOf(Props.Create(() => new Asker(concluded))));
        return concluded.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Returns when the bench has been told all of it and has done what follows.</summary>
    public async Task SayAsync(params BusMessage[] messages)
    {
        var mailbox = await Mailbox.OpenAsync(_agents, "lab/said");
        foreach (var message in messages) await _driver.PublishAsync(message, CancellationToken.None);
        await _driver.PublishAsync(new BusMessage("lab/said", new byte[] { 1 }), CancellationToken.None);
        await mailbox.NextAsync();
        await CaughtUpAsync();
    }

    /// <summary>The actor of the instrument has done all that it was told.</summary>
    public async Task CaughtUpAsync()
    {
        _bench.Tell(new BenchMessage.MakeSafe("tea", "it answers in order"), ActorRefs.NoSender);
        await _aborts.NextAsync();
    }

    /// <summary>The lab has waited for an answer for so long that it asks again, and has done so.</summary>
    public async Task LosePatienceAsync()
    {
        await CaughtUpAsync();
        Clock.Advance(Patience);
        await CaughtUpAsync();
    }

    /// <summary>What the lab hears of its link to the broker.</summary>
    public void Link(bool isConnected) => _agents.Tell(isConnected);

    public async Task<ImmutableArray<InstrumentView>> ViewsAsync() => (await _bench.Ask<InstrumentList>(BenchMessage.GetInstruments.Instance, TimeSpan.FromSeconds(10))).Instruments;

    /// <param name="since">Seconds from the beginning at which its driver's journal begins.</param>
    public static BusMessage Birth(long epoch, int? since, int at = 0) => BusMessage.Retained(
        Tea.Birth,
        new Birth("1", "tea", "tea-maker", new InstrumentIdentity("Kettle & Co", "T1", "7", "1.0"), true, epoch, SchemaHashes.Of([], []), [], [], 1, At.AddSeconds(at), RemembersSince: since is { } seconds ? At.AddSeconds(seconds) : null));

    public static BusMessage State(long epoch, long seq, UnitState state) => BusMessage.Retained(Tea.State, new StateFrame(DeviceState.Operate, state, seq, epoch, null, At));

    public BusMessage Reply(ActionStatus status, string message = "") => BusMessage.Of($"{Topics.Replies("agents")}/tea", new ReplyFrame(Intent.Action, status, CauseCode.Success, message, At));

    public BusMessage Result(ActionStatus status) =>
        BusMessage.Retained(Tea.Result(Intent.Action), new ResultFrame(Intent.Action, status, CauseCode.Success, "done", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], At, At, 1));

    public async ValueTask DisposeAsync()
    {
        await _actors.Terminate();
        await _driver.DisposeAsync();
        await _agents.DisposeAsync();
        _ledger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class Asker : ReceiveActor
    {
        public Asker(TaskCompletionSource<ActionConcluded> concluded)
        {
            Receive<ActionBegun>(_ => { });
            Receive<ActionConcluded>(end => concluded.TrySetResult(end));
        }
    }

    private sealed class RefusingBus(SimulatedBus inner) : ILabBus
    {
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _withholds;
        private int _commands;
        private volatile bool _refuses;

        public event Action<bool>? ConnectionChanged;

        public int Commands => Volatile.Read(ref _commands);

        public bool Refuses { set => _refuses = value; }

        public bool Withholds { set => _withholds = value; }

        public string ClientId => inner.ClientId;

        public bool IsConnected => inner.IsConnected;

        public Task TakenOver => inner.TakenOver;

        public void Release() => _released.SetResult();

        public void Tell(bool isConnected) => ConnectionChanged?.Invoke(isConnected);

        public Task StartAsync(CancellationToken cancellation) => inner.StartAsync(cancellation);

        public async Task PublishAsync(BusMessage message, CancellationToken cancellation)
        {
            if (message.Topic.Contains("/cmd/", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _commands);
                if (_withholds) await _released.Task;
                if (_refuses) throw new BusRefusedException("not authorized");
            }

            await inner.PublishAsync(message, cancellation);
        }

        public Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation) => inner.SubscribeAsync(filter, handler, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
