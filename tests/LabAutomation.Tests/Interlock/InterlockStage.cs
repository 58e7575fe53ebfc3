using System.Collections.Immutable;
using LabAutomation.Interlock;
using LabAutomation.Protocol;
using LabAutomation.Tests.Instruments.Hosts;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Interlock;

/// <summary>The interlock on a broker in memory, by a clock that the test moves.</summary>
public abstract class InterlockStage : IAsyncLifetime
{
    private protected static readonly InstrumentTopics Pump = Topics.Of("bench-1", "pump");
    private protected static readonly InstrumentTopics Stirrer = Topics.Of("bench-1", "stirrer");

    private protected readonly string _folder = Directory.CreateTempSubdirectory("interlock").FullName;
    private protected readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private protected readonly FakeBroker _broker = new();
    private protected readonly List<string> _lines = [];
    private protected CancellationTokenSource _end = new();
    private protected Task _run = Task.CompletedTask;
    private protected FakeBus _bus = null!;
    private protected Action<string> _saying = _ => { };
    private protected bool _answers = true;
    private protected long _seq;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await StopAsync();
        _end.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private protected static string BirthSample => Path.Combine(House.Repository.At("tests"), "LabAutomation.Tests", "Protocol", "Frames", "birth.verified.json");

    private protected async Task StartAsync(bool online = true)
    {
        var path = Path.Combine(_folder, "interlock.json");
        await File.WriteAllTextAsync(path, """{ "site": "bench-1", "broker": { "host": "127.0.0.1", "userName": "interlock" }, "alive": ["pump"], "limits": ["stirrer.temperature <= 80 °C"] }""");
        if (online) SayOnline();
        _end = new CancellationTokenSource();
        lock (_lines) _lines.Clear();
        _bus = _broker.Connect(BusMessage.Cleared("none"));
        _broker.HandedOn = message =>
        {
            if (_answers && message.Topic == Pump.Event) SayOnline();
        };
        _run = new InterlockWatchdog(InterlockConfiguration.Read(path), _bus, _clock, Say).RunAsync(_end.Token);
        await UntilSaysAsync("watching");
    }

    private protected void SayOnline() => _broker.Publish(BusMessage.Retained(Pump.Liveness, new Liveness(true, 1)));

    private protected async Task StopAsync()
    {
        await _end.CancelAsync();
        try
        {
            await _run;
        }
        catch (OperationCanceledException)
        {
            // That is how it ends.
        }

        if (_bus is not null) await _bus.DisposeAsync();
    }

    private protected void Say(string line)
    {
        lock (_lines) _lines.Add(line);
        _saying(line);
    }

    private protected async Task<string> UntilSaysAsync(string text)
    {
        for (var i = 0; i < 2000; i++)
        {
            lock (_lines)
            {
                if (_lines.Find(line => line.Contains(text, StringComparison.Ordinal)) is { } said) return said;
            }

            await Settled.SoonAsync();
        }

        throw new TimeoutException($"the interlock never said '{text}': {string.Join('\n', _lines)}");
    }

    private protected async Task PassAsync(double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await Settled.SoonAsync();
    }

    private protected PropertyFrame Temperature(double value, Quality quality = Quality.Good)
    {
        var frame = new PropertyFrame(Quantity.Of(value, "°C"), quality, ++_seq, _clock.GetUtcNow());
        _broker.Publish(BusMessage.Retained(Stirrer.Property("temperature"), frame));
        return frame;
    }

    private protected List<HeartbeatFrame> Beats() => [.. _broker.Published.Where(message => message.Topic == Topics.InterlockHeartbeat).Select(message => FrameCodec.Decode<HeartbeatFrame>(message.Payload))];

    private protected ImmutableArray<TripFrame> Trips() => TripsIn(_broker.Published);

    private protected Task<TripFrame> TripAsync(int which = 1) => _broker.SeeAsync(all => TripsIn(all).Skip(which - 1).FirstOrDefault());

    private protected static ImmutableArray<TripFrame> TripsIn(IEnumerable<BusMessage> all) =>
        [.. all.Where(message => message.Topic == Topics.InterlockTrip && message.Payload.Length > 1).Select(message => FrameCodec.Decode<TripFrame>(message.Payload)).Where(frame => frame.Tripped)];
}
