using System.Collections.Immutable;
using System.Diagnostics;
using LabAutomation.Hosting.Broker;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.Benchmarks.Stopping;

/// <param name="Latencies">Of the living, in ms.</param>
/// <param name="Misses">Living devices that still moved when the round was over.</param>
/// <param name="Silenced">Devices that fell silent in mid-exchange just before the trip.</param>
/// <param name="Killed">Hosts that were killed just before the trip.</param>
internal sealed record StopRound(IReadOnlyList<double> Latencies, int Misses, int Silenced, int Killed);

/// <summary>Twenty pumps on one embedded broker: fifteen that live, two whose device falls silent, one whose host is killed, two whose driver hangs.</summary>
internal sealed class StopHall : IAsyncDisposable
{
    public const int Instruments = 20;
    public const int Dead = 5;
    public const int Hung = 2;

    /// <summary>Telemetry of this many further clients, each one message every 10 ms.</summary>
    private const int Talkers = 5;

    private static readonly TimeSpan RoundWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lab-stop-");
    private readonly EmbeddedBroker _broker = new(NullLogger<EmbeddedBroker>.Instance);
    private readonly Journal _journal;
    private readonly List<StopPump> _pumps = [];
    private readonly List<MqttLabBus> _buses = [];
    private readonly CancellationTokenSource _end = new();
    private MqttLabBus _operator = null!;
    private long _heard;
    private int _actions;

    private StopHall() => _journal = new Journal(Path.Combine(_folder.FullName, "journal.db"));

    public double Telemetry => Interlocked.Read(ref _heard);

    private IEnumerable<StopPump> Living => _pumps.Take(Instruments - Dead);

    private IEnumerable<StopPump> Silent => _pumps.Skip(Instruments - Dead).Take(2);

    private StopPump Killed => _pumps[Instruments - Dead + 2];

    private IEnumerable<StopPump> HungOnes => _pumps.Skip(Instruments - Hung);

    public static async Task<StopHall> OpenAsync()
    {
        var hall = new StopHall();
        await hall._broker.StartAsync();
        for (var i = 0; i < Instruments; i++) hall._pumps.Add(new StopPump(i + 1, hall._broker, hall._journal, hangs: i >= Instruments - Hung));
        await Task.WhenAll(hall._pumps.Select(pump => pump.StartAsync()));
        hall._operator = await hall.ConnectAsync("operator");
        await hall._operator.SubscribeAsync(Topics.EveryProperty, _ => Interlocked.Increment(ref hall._heard), CancellationToken.None);
        await hall._operator.SubscribeAsync(Topics.EveryState, _ => { }, CancellationToken.None);
        for (var i = 0; i < Talkers; i++) _ = hall.TalkAsync(await hall.ConnectAsync($"talker-{i}"), i);
        foreach (var pump in hall.HungOnes) await hall.DispenseAsync(pump);
        return hall;
    }

    public async Task<StopRound> TripAsync(int number)
    {
        await ReadyAsync(Living);
        await ReadyAsync(Silent.Where(pump => pump.State == UnitState.Idle && !pump.Faults.Silent).ToList());
        if (Killed.State == UnitState.Stopped) await Killed.StartAsync();

        var silenced = 0;
        foreach (var pump in Silent.Where(pump => !pump.Faults.Silent && pump.State == UnitState.Execute && pump.Moves))
        {
            pump.Faults.Silent = true;
            silenced++;
        }

        await Killed.KillAsync();
        var waiting = Living.ToList();
        if (waiting.Any(pump => !pump.Moves)) throw new InvalidOperationException("a pump that should run does not, so that stopping it would show nothing");

        var latencies = new List<double>();
        var began = Stopwatch.GetTimestamp();
        var told = _operator.PublishAsync(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(true, $"trip {number}", "benchmark", DateTimeOffset.UtcNow)), CancellationToken.None);
        while (waiting.Count > 0 && Stopwatch.GetElapsedTime(began) < RoundWithin)
        {
            waiting.RemoveAll(pump =>
            {
                if (pump.Moves) return false;
                latencies.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                return true;
            });
            await Task.Delay(1);
        }

        await told;
        await UntilAsync(() => Living.All(pump => pump.State == UnitState.Aborted), "the living to be aborted");
        await _operator.PublishAsync(BusMessage.Retained(Topics.InterlockTrip, new TripFrame(false, "the next round", "benchmark", DateTimeOffset.UtcNow)), CancellationToken.None);
        _ = ReviveAsync();
        return new StopRound(latencies, waiting.Count, silenced, 1);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        foreach (var pump in _pumps) await pump.DisposeAsync();
        foreach (var bus in _buses) await bus.DisposeAsync();
        await _broker.StopAsync();
        _journal.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Clears the pumps and lets them run again.</summary>
    private async Task ReadyAsync(IEnumerable<StopPump> pumps)
    {
        foreach (var pump in pumps)
        {
            if (pump.State == UnitState.Aborted) await ControlAsync(pump, "clear");
        }

        foreach (var pump in pumps)
        {
            await UntilAsync(() => pump.State == UnitState.Idle, $"{pump.Name} to be idle; it is {pump.State}");
            await DispenseAsync(pump);
        }

        foreach (var pump in pumps) await UntilAsync(() => pump.Moves, $"{pump.Name} to run");
    }

    /// <summary>The silent devices speak again, and are running again by one of the next rounds.</summary>
    private async Task ReviveAsync()
    {
        foreach (var pump in Silent)
        {
            if (pump.State != UnitState.Aborted) continue;
            pump.Faults.Silent = false;
            await ControlAsync(pump, "clear");
        }
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
