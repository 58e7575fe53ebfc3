using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Hosts;

/// <summary>A host with its broker, journal file and device. The host can be crashed and started again; the rest stays.</summary>
internal sealed class TeaKitchen : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kitchen").FullName;
    private readonly List<Journal> _journals = [];
    private readonly List<DriverHost> _hosts = [];
    private int _asked;

    public static readonly InstrumentTopics Topics = LabAutomation.Protocol.Topics.Of("site", "tea");

    public FakeTimeProvider Clock { get; set; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public HostedInstrument Place { get; set; } = new("site", "tea", Simulated: true);

    public FakeBroker Broker { get; } = new();

    public TeaMaker Device { get; } = new();

    public FakeBus Bus { get; private set; } = null!;

    public DriverHost Host => _hosts[^1];

    public Journal Journal => _journals[^1];

    public string JournalFile => Path.Combine(_folder, "journal.db");

    public async Task<DriverHost> StartAsync(
        Func<DriverCommand, IActionScope, CancellationToken, Task<ActionOutcome>>? execute = null,
        Func<StartedAction, IActionScope, CancellationToken, Task<Recovery>>? recover = null,
        CancellationToken cancellation = default)
    {
        _journals.Add(new Journal(JournalFile));
        var driver = new TeaMakerDriver(Device) { OnExecute = execute, OnRecover = recover };
        var host = new DriverHost(Place, driver, Journal, will => Bus = Broker.Connect(will), Clock);
        _hosts.Add(host);
        await host.StartAsync(cancellation);
        return host;
    }

    /// <summary>The program ends in the midst of its first action, which has left a mark.</summary>
    public async Task CrashInAnActionAsync()
    {
        await StartAsync((_, scope, _) =>
        {
            scope.Mark("pours", "0");
            return new TaskCompletionSource<ActionOutcome>().Task;
        });
        Send(Pour(1));
        await StatusAsync(1, ActionStatus.Running);
        await CrashAsync();
    }

    /// <summary>The program is gone from one moment to the next; the journal's file was never closed.</summary>
    public async Task CrashAsync()
    {
        await Host.DisposeAsync();
        Broker.Publish(Bus.Will);
    }

    public static ActionId Id(int n) => ActionId.Derive("tea", n, "pour", 0, 0);

    public CommandMessage Pour(int n, double volume = 200, string unit = "mL", string name = "pour", TimeSpan? deadline = null) => new(
        Id(n),
        name,
        new CommandFrame(ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(volume, unit)), Clock.GetUtcNow() + (deadline ?? TimeSpan.FromMinutes(5))),
        "lab/1/clients/lab/reply",
        "test",
        null,
        null);

    public void Send(CommandMessage command) => Broker.Publish(command.ToBusMessage(Topics, 300));

    public void Control(string verb, ActionId? action = null, string by = "Ada") => Broker.Publish(BusMessage.Of(Topics.Control(verb), new ControlFrame(action, by, "because", Clock.GetUtcNow())));

    /// <summary>A control that asks for an answer.</summary>
    public async Task<ControlReply> AskAsync<T>(string verb, T frame)
    {
        var correlation = new byte[] { 7, (byte)++_asked };
        Broker.Publish(BusMessage.Of(Topics.Control(verb), frame) with { ResponseTopic = "lab/1/clients/lab/reply/control", CorrelationData = correlation });
        return await Broker.SeeAsync(all => all
            .Where(message => message.Topic == "lab/1/clients/lab/reply/control" && message.CorrelationData.Span.SequenceEqual(correlation))
            .Select(message => FrameCodec.Decode<ControlReply>(message.Payload)).FirstOrDefault());
    }

    public Task<ControlReply> LockAsync(string by, double lease = 60, long? token = null) => AskAsync("lock", new LockFrame(by, "a campaign", lease, token, Clock.GetUtcNow()));

    public Task<ControlReply> UnlockAsync(string by, long? token) => AskAsync("unlock", new LockFrame(by, "done", 1, token, Clock.GetUtcNow()));

    public Task<ControlReply> ReconcileAsync(int n, Finding finding, string by = "Ada") => AskAsync("reconcile", new ReconcileFrame(Id(n), finding, by, "the cup was full", Clock.GetUtcNow()));

    public void Acknowledge(int n) => Broker.Publish(new BusMessage(Topics.Acknowledge(Id(n)), ReadOnlyMemory<byte>.Empty));

    public IEnumerable<ReplyFrame> Replies(int n) => Broker.Published
        .Where(message => message.Topic == "lab/1/clients/lab/reply")
        .Select(message => FrameCodec.Decode<ReplyFrame>(message.Payload))
        .Where(reply => reply.Action == Id(n));

    public Task<ReplyFrame> ReplyAsync(int n, int which = 1) => Broker.SeeAsync(_ => Replies(n).Skip(which - 1).FirstOrDefault());

    public Task<ResultFrame> ResultAsync(int n, int which = 1) => FrameAsync<ResultFrame>(Topics.Result(Id(n)), which);

    public Task<StateFrame> StateAsync(UnitState state, int which = 1) => Broker.SeeAsync(all => States(all).Where(frame => frame.Unit == state).Skip(which - 1).FirstOrDefault());

    /// <summary>Waits for the next time the unit comes to this state after everything published so far.</summary>
    public async Task<StateFrame> NextStateAsync(UnitState state, Action trigger)
    {
        var before = States(Broker.Published).Count(frame => frame.Unit == state);
        trigger();
        return await StateAsync(state, before + 1);
    }

    public IEnumerable<EventFrame> Events(string kind) => Broker.Published
        .Where(message => message.Topic == Topics.Event).Select(message => FrameCodec.Decode<EventFrame>(message.Payload)).Where(frame => frame.Kind == kind);

    public Task<EventFrame> EventAsync(string kind) => Broker.SeeAsync(_ => Events(kind).FirstOrDefault());

    public IEnumerable<StatusFrame> Statuses(int n) => Broker.Published
        .Where(message => message.Topic == Topics.Status(Id(n)) && !message.Payload.IsEmpty).Select(message => FrameCodec.Decode<StatusFrame>(message.Payload));

    public Task<StatusFrame> StatusAsync(int n, ActionStatus status) => Broker.SeeAsync(_ => Statuses(n).FirstOrDefault(frame => frame.Status == status));

    public static IEnumerable<StateFrame> States(IEnumerable<BusMessage> all) =>
        all.Where(message => message.Topic == Topics.State).Select(message => FrameCodec.Decode<StateFrame>(message.Payload));

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
        foreach (var journal in _journals) journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<T> FrameAsync<T>(string topic, int which)
        where T : class =>
        Broker.SeeAsync(all => all.Where(message => message.Topic == topic && !message.Payload.IsEmpty).Skip(which - 1).Select(message => FrameCodec.Decode<T>(message.Payload)).FirstOrDefault());
}
