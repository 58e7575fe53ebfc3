using System.Globalization;
using System.Threading.Channels;
using LabAutomation.Protocol;

namespace LabAutomation.Interlock;

/// <summary>
/// The interlock: publishes its heartbeat, watches births, liveness, properties and limits, and trips. It holds no instrument, knows no
/// campaign, and asks nobody. Everything happens in one loop, in the order of arrival.
/// </summary>
/// <param name="clock">Real time.</param>
/// <param name="say">Takes one line per event.</param>
public sealed class InterlockWatchdog(InterlockConfiguration configuration, ILabBus bus, TimeProvider clock, Action<string> say)
{
    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Watch _watch = new(configuration, clock);
    private TripLatch _latch = null!;
    private long _seq;

    /// <summary>Whether a trip stands.</summary>
    public bool IsTripped => _latch?.Standing is not null;

    /// <summary>Runs until cancelled. A broker that is away is waited for, however long.</summary>
    /// <exception cref="InterlockException">The state file cannot be written.</exception>
    /// <exception cref="BusRefusedException">The broker does not want this client, or does not allow it what it needs.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _latch = new TripLatch(new TripRecord(configuration.StatePath), clock, Say);
        Say($"watches {configuration.Alive.Length} instruments and {configuration.Rules.Length} limits of {configuration.Site}; heartbeat every {Seconds(configuration.HeartbeatPeriod)}, lease {Seconds(configuration.Lease)}, configuration {configuration.Hash[..8]}");
        if (_latch.Standing is { } standing) Say($"still tripped by {standing.By}: {standing.Reason}");
        await bus.StartAsync(cancellation);
        bus.ConnectionChanged += OnConnectionChanged;
        try
        {
            await SubscribeAsync(cancellation);
            _watch.Begin();
            Say("watching");
            if (_latch.Tell() is { } kept) await SendAsync(kept, cancellation);
            await WatchAsync(cancellation);
        }
        finally
        {
            bus.ConnectionChanged -= OnConnectionChanged;
        }
    }

    private static string Seconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.###} s");

    private async Task SubscribeAsync(CancellationToken cancellation)
    {
        await bus.SubscribeAsync(Topics.InterlockTrip, message => Post(() => HearTrip(message)), cancellation);
        foreach (var filter in (string[])[Topics.EveryBirth, Topics.EveryLiveness, Topics.EveryProperty])
            await bus.SubscribeAsync(filter, message => Stamped(at => HearInstrument(message, at)), cancellation);
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(configuration.HeartbeatPeriod), clock);
        var due = BeatAsync();
        var news = _events.Reader.WaitToReadAsync(cancellation).AsTask();
        while (true)
        {
            await Task.WhenAny(due, news);
            while (_events.Reader.TryRead(out var item)) item();
            if (news.IsCompleted)
            {
                await news;
                news = _events.Reader.WaitToReadAsync(cancellation).AsTask();
            }

            if (!due.IsCompleted) continue;
            await due;
            Judge();
            due = BeatAsync();
        }

        async Task BeatAsync()
        {
            SendHeartbeat();
            await beat.WaitForNextTickAsync(cancellation);
        }
    }

    private void HearInstrument(BusMessage message, long at)
    {
        _watch.Hear(message, at);
        Judge();
    }

    private void Judge()
    {
        if (!bus.IsConnected || _watch.Broken() is not { } why || _latch.Trip(why) is not { } trip) return;
        Send(trip);
        _latch.Keep();
    }

    private void HearTrip(BusMessage message)
    {
        var wasTripped = IsTripped;
        var answer = _latch.Hear(message);
        if (answer is not null)
        {
            Send(answer);
            _latch.Keep();
        }

        // After a reset the instruments get time to be cleared and to tell their values again.
        if (wasTripped && !IsTripped) _watch.Begin();
    }

    /// <summary>Nobody hears it while the broker is away, and an old one must not be heard later.</summary>
    private void SendHeartbeat()
    {
        if (!bus.IsConnected) return;
        var frame = new HeartbeatFrame(++_seq, configuration.Lease, configuration.Hash, clock.GetUtcNow());
        _ = PublishAsync(BusMessage.Of(Topics.InterlockHeartbeat, frame) with { ExpirySeconds = (uint)Math.Ceiling(configuration.Lease) }, TimeSpan.FromSeconds(configuration.HeartbeatPeriod));
    }

    /// <summary>A trip waits for the broker as long as it takes.</summary>
    private void Send(TripFrame trip) => _ = PublishAsync(BusMessage.Retained(Topics.InterlockTrip, trip), Timeout.InfiniteTimeSpan);

    private Task SendAsync(TripFrame trip, CancellationToken cancellation) => bus.PublishAsync(BusMessage.Retained(Topics.InterlockTrip, trip), cancellation);

    private async Task PublishAsync(BusMessage message, TimeSpan patience)
    {
        using var end = new CancellationTokenSource(patience, clock);
        try
        {
            await bus.PublishAsync(message, end.Token);
        }
        catch (BusRefusedException error)
        {
            Say($"the broker refused a message on {message.Topic}: {error.Message}");
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // A heartbeat that could not be handed over in its time is not worth more; the next one is due.
        }
    }

    private void OnConnectionChanged(bool connected)
    {
        Post(() =>
        {
            Say(connected ? "the broker is there again" : "the broker is away; trying again until it is back");
            if (!connected)
            {
                _latch.Lose();
                return;
            }

            _watch.Begin();
            if (_latch.Tell() is { } standing) Send(standing);
        });
    }

    /// <summary>What arrives is as old as its arrival, whenever its turn comes.</summary>
    private void Stamped(Action<long> item)
    {
        var at = clock.GetTimestamp();
        Post(() => item(at));
    }

    private void Post(Action item) => _events.Writer.TryWrite(item);

    private void Say(string text) => say(string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {text}"));
}
