using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using LabAutomation.Hosting.Broker;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Benchmarks.Stopping;

/// <param name="Latencies">Of the living, in ms; from the trip, or from the end of the broker's lease where the broker was dead.</param>
/// <param name="Misses">Living devices that still moved when the round was over.</param>
/// <param name="Dead">What was dead, and how.</param>
internal sealed record StopRound(IReadOnlyList<double> Latencies, int Misses, Deaths Dead);

/// <summary>Twenty pumps on one embedded broker: fifteen that live, and in each round five others that die before its stop.</summary>
internal sealed class StopHall : IAsyncDisposable
{
    public const int Instruments = 20;

    /// <summary>Telemetry of this many further clients, each one message every 10 ms.</summary>
    private const int Talkers = 5;

    private static readonly TimeSpan RoundWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lab-stop-");
    private readonly EmbeddedBroker _broker = new(NullLogger<EmbeddedBroker>.Instance);
    private readonly Journal _journal;
    private readonly List<StopPump> _living = [];
    private readonly List<Task> _leaving = [];
    private readonly List<MqttLabBus> _buses = [];
    private readonly ConcurrentDictionary<string, bool> _cutOff = new();
    private readonly CancellationTokenSource _end = new();
    private LinkRelay _way = null!;
    private MqttLabBus _operator = null!;
    private Task<DeadCrew> _next = null!;
    private int _round;
    private long _heard;
    private int _actions;

    private StopHall() => _journal = new Journal(Path.Combine(_folder.FullName, "journal.db"));

    public double Telemetry => Interlocked.Read(ref _heard);

    /// <summary>Hosts that were cut off and of which the broker has not said that they are offline.</summary>
    public int Unnoticed => _cutOff.Count(pair => !pair.Value);

    public static async Task<StopHall> OpenAsync()
    {
        var hall = new StopHall();
        await hall._broker.StartAsync();
        hall._way = new LinkRelay(hall._broker.Port);
        for (var i = 0; i < Instruments - Deaths.All.Count; i++) hall._living.Add(hall.Make($"pump-{i + 1}", null, false));
        await Task.WhenAll(hall._living.Select(pump => pump.StartAsync()));
        hall._operator = await hall.ConnectAsync("operator");
        await hall._operator.SubscribeAsync(Topics.EveryProperty, _ => Interlocked.Increment(ref hall._heard), CancellationToken.None);
        await hall._operator.SubscribeAsync(Topics.EveryState, _ => { }, CancellationToken.None);
        await hall._operator.SubscribeAsync(Topics.EveryLiveness, hall.HearLiveness, CancellationToken.None);
        for (var i = 0; i < Talkers; i++) _ = hall.TalkAsync(await hall.ConnectAsync($"talker-{i}"), i);
        hall._next = hall.PrepareAsync();
        return hall;
    }

    /// <summary>All run, five die, and somebody trips.</summary>
    public async Task<StopRound> TripAsync()
    {
        var (crew, dead) = await BeginAsync();
        var trip = new TripFrame(true, $"trip {_round}", "benchmark", DateTimeOffset.UtcNow);
        var began = Stopwatch.GetTimestamp();
        var told = _operator.PublishAsync(BusMessage.Retained(Topics.InterlockTrip, trip), CancellationToken.None);
        var (latencies, misses) = await WatchAsync(began, RoundWithin);
        await told;
        await UntilAsync(() => _living.All(pump => pump.State == UnitState.Aborted), "the living to be aborted");
        await _operator.PublishAsync(BusMessage.Retained(Topics.InterlockTrip, trip with { Tripped = false, Reason = "the next round", At = DateTimeOffset.UtcNow }), CancellationToken.None);
        End(crew);
        return new StopRound(latencies, misses, dead);
    }

    /// <summary>All run, five die, and the link to the broker is cut: no trip arrives, and each host stops by itself when its lease is over.</summary>
    public async Task<StopRound> LoseBrokerAsync()
    {
        var (crew, dead) = await BeginAsync();
        var began = Stopwatch.GetTimestamp();
        _way.Cut();
        var (latencies, misses) = await WatchAsync(began, StopPump.BrokerLease + RoundWithin);
        _way.Restore();
        await UntilAsync(() => _living.All(pump => pump.State == UnitState.Aborted), "the living to be aborted");
        End(crew);
        return new StopRound([.. latencies.Select(latency => latency - StopPump.BrokerLease.TotalMilliseconds)], misses, dead);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var pump in _living) await pump.DisposeAsync();
        await (await _next).DisposeAsync();
        await Task.WhenAll(_leaving);
        foreach (var bus in _buses) await bus.DisposeAsync();
        await _way.DisposeAsync();
        await _broker.StopAsync();
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    private StopPump Make(string name, LinkRelay? way, bool hangs) => new(name, _broker, way ?? _way, _journal, hangs);

    private async Task<DeadCrew> PrepareAsync()
    {
        var crew = new DeadCrew(++_round, new LinkRelay(_broker.Port), Make);
        await crew.StartAsync();
        return crew;
    }

    private async Task<(DeadCrew Crew, Deaths Dead)> BeginAsync()
    {
        var crew = await _next;
        foreach (var pump in _living.Where(pump => pump.State == UnitState.Aborted)) await ControlAsync(pump, "clear");
        foreach (var pump in crew.Hangers.Concat(crew.Runners).Concat(_living))
        {
            await UntilAsync(() => pump.State == UnitState.Idle, $"{pump.Name} to be idle; it is {pump.State}");
            await DispenseAsync(pump);
        }

        await UntilAsync(() => crew.Hangers.All(pump => pump.Hangs), "drivers to hang");
        await UntilAsync(() => _living.Concat(crew.Runners).All(pump => pump.Moves && pump.State == UnitState.Execute), "all to run");
        _cutOff[crew.CutOff] = false;
        var dead = crew.Die();
        if (_living.Any(pump => !pump.Moves)) throw new InvalidOperationException("a pump that should run does not, so that stopping it would show nothing");
        return (crew, dead);
    }

    private async Task<(List<double> Latencies, int Misses)> WatchAsync(long began, TimeSpan within)
    {
        var (latencies, waiting) = (new List<double>(), _living.ToList());
        while (waiting.Count > 0 && Stopwatch.GetElapsedTime(began) < within)
        {
            waiting.RemoveAll(pump =>
            {
                if (pump.Moves) return false;
                latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                return true;
            });
            await Task.Delay(1);
        }

        return (latencies, waiting.Count);
    }

    private void End(DeadCrew crew)
    {
        _leaving.Add(crew.DisposeAsync().AsTask());
        _next = PrepareAsync();
    }

    /// <summary>A host that was cut off cannot say it, so it is the broker that does.</summary>
    private void HearLiveness(BusMessage message)
    {
        if (Topics.TrySplit(message.Topic, out _, out var instrument, out _) && !FrameCodec.Decode<Liveness>(message.Payload).Online) _cutOff.TryUpdate(instrument, true, false);
    }

    private Task ControlAsync(StopPump pump, string verb) =>
        _operator.PublishAsync(BusMessage.Of(pump.Topics.Control(verb), new ControlFrame(null, "benchmark", "the next round", DateTimeOffset.UtcNow)), CancellationToken.None);

    private Task DispenseAsync(StopPump pump)
    {
        var action = ActionId.Derive("stop", ++_actions, pump.Name, 0, 0);
        var arguments = ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(5, "mL")).Add("rate", Quantity.Of(1, "mL/min"));
        var command = new CommandMessage(action, "dispense", new CommandFrame(arguments, DateTimeOffset.UtcNow.AddMinutes(10)), Topics.Replies("operator"), "operator", null, null);
        return _operator.PublishAsync(command.ToBusMessage(pump.Topics, 60), CancellationToken.None);
    }

    private async Task TalkAsync(MqttLabBus bus, int number)
    {
        var topics = Topics.Of(StopPump.Site, $"talker-{number}");
        try
        {
            for (var seq = 1L; !_end.IsCancellationRequested; seq++)
            {
                await bus.PublishAsync(BusMessage.Retained(topics.Property("level"), new PropertyFrame(Quantity.Of(seq, "mL"), Quality.Good, seq, DateTimeOffset.UtcNow)), _end.Token);
                await Task.Delay(10, _end.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The benchmark is over.
        }
    }

    private async Task<MqttLabBus> ConnectAsync(string client)
    {
        var account = _broker.Issue(client, BrokerAccess.Everything);
        var bus = new MqttLabBus(
            new MqttLabBusOptions { Host = "127.0.0.1", Port = _broker.Port, ClientId = account.ClientId, UserName = account.UserName, Password = account.Password },
            TimeProvider.System,
            NullLogger<MqttLabBus>.Instance);
        _buses.Add(bus);
        await bus.StartAsync(CancellationToken.None);
        return bus;
    }

    private static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (var clock = Stopwatch.StartNew(); !holds(); await Task.Delay(2))
        {
            if (clock.Elapsed > ReadyWithin) throw new TimeoutException($"waited {ReadyWithin.TotalSeconds:0} s for {what}");
        }
    }
}
