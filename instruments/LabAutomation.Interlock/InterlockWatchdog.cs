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
    /// <summary>Bytes of instruments' messages that may wait to be judged.</summary>
    private const long MostWaiting = 64 << 20;

    /// <summary>What a message takes beside its payload, about.</summary>
    private const long Overhead = 512;

    private readonly Channel<Action> _events = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Watch _watch = new(configuration, clock);
    private TripLatch _latch = null!;
    private long _waiting;
    private volatile bool _isSwamped;
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
            Say("watching");
            Begin();
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
        foreach (var filter in (string[])[Topics.EveryBirth, Topics.EveryLiveness, Topics.EveryEvent, Topics.EveryProperty]) await bus.SubscribeAsync(filter, Take, cancellation);
    }

    /// <summary>What arrives is as old as its arrival, whenever its turn comes. What cannot be kept until then cannot be judged.</summary>
    private void Take(BusMessage message)
    {
        if (!_watch.Concerns(message.Topic)) return;
        var (at, size) = (clock.GetTimestamp(), message.Payload.Length + Overhead);
        if (Interlocked.Add(ref _waiting, size) > MostWaiting)
        {
            Interlocked.Add(ref _waiting, -size);
            _isSwamped = true;
            return;
        }

        Post(() =>
        {
            Interlocked.Add(ref _waiting, -size);
            _watch.Hear(message, at);
            Judge();
        });
    }

    /// <summary>Whatever must be alive is asked, and has its grace to answer.</summary>
    private void Begin() => Ask(_watch.Begin());

    private void Ask(IReadOnlyList<BusMessage> questions)
    {
        foreach (var question in questions)
            _ = PublishAsync(question with { ExpirySeconds = (uint)Math.Ceiling(configuration.Grace) }, TimeSpan.FromSeconds(configuration.Grace));
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
            if (bus.IsConnected) Ask(_watch.AskAgain());
            Judge();
            due = BeatAsync();
        }

        async Task BeatAsync()
        {
            SendHeartbeat();
            await beat.WaitForNextTickAsync(cancellation);
        }
    }

    private void Judge()
    {
        if (!bus.IsConnected || (Swamped() ?? _watch.Broken()) is not { } why || _latch.Trip(why) is not { } trip) return;
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
        if (wasTripped && !IsTripped) Begin();
    }

    /// <returns>Why nobody can say whether the rules hold; null where it can be said.</returns>
    private string? Swamped()
    {
        if (!_isSwamped) return null;
        _isSwamped = false;
        return $"more was told of the instruments than can be judged: over {MostWaiting >> 20} MiB waited";
    }

    /// <summary>
    /// Nobody hears it while the broker is away, and an old one must not be heard later. A trip that does not come back from the broker, as where that refuses it, is heard by nobody either: it is sent again with
    /// every beat, and there is no heartbeat until it has come, so that hosts stop for want of one.
    /// </summary>
    private void SendHeartbeat()
    {
        if (!bus.IsConnected) return;
        if (_latch.Untold is { } trip)
        {
            Send(trip);
            return;
        }

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

            Begin();
            if (_latch.Tell() is { } standing) Send(standing);
        });
    }

    private void Post(Action item) => _events.Writer.TryWrite(item);

    private void Say(string text) => say(string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {text}"));
}
