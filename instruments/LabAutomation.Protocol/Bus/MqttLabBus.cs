using System.Collections.Immutable;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet.Exceptions;

namespace LabAutomation.Protocol;

/// <summary>
/// The lab's bus over MQTT 5, everything at QoS 1: at least once, in order. The first connection starts a clean session; later ones
/// resume it, so that what came during a short outage arrives. After every connection all is subscribed again and what is retained
/// comes again.
/// </summary>
public sealed class MqttLabBus : ILabBus
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FarewellWithin = TimeSpan.FromSeconds(2);

    private readonly MqttLabBusOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<MqttLabBus> _log;
    private readonly Outbox _outbox;
    private readonly Channel<BusMessage> _received;
    private readonly Lock _sync = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _takenOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<Subscription> _subscriptions = [];
    private MqttLink? _link;
    private Task? _running;
    private bool _disposed;

    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is missing or out of its range.</exception>
    public MqttLabBus(MqttLabBusOptions options, TimeProvider clock, ILogger<MqttLabBus> log)
    {
        options.Validate();
        (_options, _clock, _log) = (options, clock, log);
        _outbox = new Outbox(options.MaximumInFlight);
        _received = Channel.CreateBounded<BusMessage>(new BoundedChannelOptions(options.MaximumInFlight) { SingleReader = true });
    }

    public event Action<bool>? ConnectionChanged;

    public string ClientId => _options.ClientId;

    public Task TakenOver => _takenOver.Task;

    public bool IsConnected
    {
        get
        {
            lock (_sync) return _link is not null;
        }
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_running is not null) throw new InvalidOperationException("the bus is started once");
            _running = Task.Run(() => Task.WhenAll(KeepConnectedAsync(_stop.Token), DispatchAsync(_stop.Token)), CancellationToken.None);
        }

        try
        {
            await _first.Task.WaitAsync(cancellation);
        }
        catch
        {
            await _stop.CancelAsync();
            throw;
        }
    }

    public Task PublishAsync(BusMessage message, CancellationToken cancellation)
    {
        RequireStarted();
        if (!TopicFilter.IsTopic(message.Topic)) throw new ArgumentException($"'{message.Topic}' is not a topic that one can publish on");
        if (message.Payload.Length > _options.MaximumMessageBytes)
            throw new BusRefusedException($"a message on '{message.Topic}' has {message.Payload.Length} bytes; {nameof(MqttLabBusOptions.MaximumMessageBytes)} is {_options.MaximumMessageBytes}");
        return _outbox.SendAsync(MqttMessages.Write(message), cancellation);
    }

    public async Task SubscribeAsync(string filter, Action<BusMessage> handler, CancellationToken cancellation)
    {
        RequireStarted();
        if (!TopicFilter.IsFilter(filter)) throw new ArgumentException($"'{filter}' is not a filter that one can subscribe to");
        var subscription = new Subscription(filter, handler);
        MqttLink? link;
        lock (_sync)
        {
            _subscriptions = _subscriptions.Add(subscription);
            link = _link;
        }

        try
        {
            if (link is not null) await subscription.AskAsync(link);
            await subscription.Granted.WaitAsync(cancellation);
        }
        catch
        {
            lock (_sync) _subscriptions = _subscriptions.Remove(subscription);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_sync)
        {
            if (_disposed) return;
            _disposed = true;
        }

        _first.TrySetException(new ObjectDisposedException(nameof(MqttLabBus)));
        await _stop.CancelAsync();
        if (_running is not null) await _running;
        _outbox.Close();
        foreach (var subscription in _subscriptions) subscription.Abandon();
        _stop.Dispose();
    }

    /// <summary>Whether an error says that the connection is gone, rather than that the message is wrong.</summary>
    internal static bool IsOfTheLink(Exception error) =>
        error is MqttCommunicationException or OperationCanceledException or ObjectDisposedException or SocketException or IOException;

    private async Task KeepConnectedAsync(CancellationToken stop)
    {
        var backOff = new BackOff();
        var cleanStart = true;
        while (!stop.IsCancellationRequested)
        {
            using var link = new MqttLink(_options, (message, lost) => _received.Writer.WriteAsync(message, lost).AsTask());
            try
            {
                using (var limit = new CancellationTokenSource(ConnectWithin, _clock))
                using (var attempt = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token))
                {
                    await link.OpenAsync(cleanStart, attempt.Token);
                    cleanStart = false;
                    await ResubscribeAsync(link).WaitAsync(attempt.Token);
                }

                backOff.Reset();
                _log.LogInformation("{Client} is connected to {Host}:{Port}", ClientId, _options.Host, _options.Port);
                Announce(true);
                _first.TrySetResult();
                await _outbox.CarryAsync(link, stop);
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                await FarewellAsync(link);
            }
            catch (BusRefusedException refusal) when (cleanStart)
            {
                _first.TrySetException(refusal);
                return;
            }
            catch (Exception error)
            {
                var delay = backOff.Next();
                link.Dispose();
                var staysAway = link.TakenOver && _options.StaysAwayWhenTakenOver;
                if (staysAway) _takenOver.SetResult();
                Lose(link, error, backOff.IsNotable);
                if (staysAway) return;
                await PauseAsync(link.TakenOver ? BackOff.Longest : delay, stop);
            }
        }
    }

    /// <summary>Subscribes to all there is, and to what is added meanwhile, before anyone sees the link.</summary>
    /// <exception cref="BusRefusedException">What was granted before was refused now: the link is none, and is tried again.</exception>
    private async Task ResubscribeAsync(MqttLink link)
    {
        for (var done = ImmutableArray<Subscription>.Empty; ;)
        {
            ImmutableArray<Subscription> open;
            lock (_sync)
            {
                link.Lost.ThrowIfCancellationRequested();
                _stop.Token.ThrowIfCancellationRequested();
                open = _subscriptions.RemoveRange(done);
                if (open.IsEmpty)
                {
                    _link = link;
                    return;
                }
            }

            foreach (var subscription in open) await subscription.AskAsync(link);
            done = done.AddRange(open);
        }
    }

    private void Lose(MqttLink link, Exception error, bool isNotable)
    {
        if (Unpublish(link))
        {
            if (link.TakenOver) _log.LogError("Another client connected as {Client}; only one can{Consequence}", ClientId, _options.StaysAwayWhenTakenOver ? ", and this one stays away" : "");
            else _log.LogWarning("{Client} lost the broker at {Host}:{Port}: {Reason}", ClientId, _options.Host, _options.Port, link.Reason);
        }
        else if (isNotable)
        {
            _log.LogWarning("{Client} cannot reach the broker at {Host}:{Port} and keeps trying: {Reason}", ClientId, _options.Host, _options.Port, error.Message);
        }
    }

    private async Task FarewellAsync(MqttLink link)
    {
        Unpublish(link);
        if (!link.IsOpen) return;
        try
        {
            using var limit = new CancellationTokenSource(FarewellWithin, _clock);
            await link.CloseAsync(limit.Token);
        }
        catch (Exception error) when (IsOfTheLink(error))
        {
            _log.LogDebug("{Client} could not take leave of the broker: {Reason}", ClientId, error.Message);
        }
    }

    private bool Unpublish(MqttLink link)
    {
        lock (_sync)
        {
            if (_link != link) return false;
            _link = null;
        }

        Announce(false);
        return true;
    }

    private void Announce(bool connected)
    {
        try
        {
            ConnectionChanged?.Invoke(connected);
        }
        catch (Exception error)
        {
            _log.LogError(error, "A handler of the connection's state failed");
        }
    }

    private async Task PauseAsync(TimeSpan delay, CancellationToken stop)
    {
        try
        {
            await Task.Delay(delay, _clock, stop);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task DispatchAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var message in _received.Reader.ReadAllAsync(stop))
            {
                foreach (var subscription in _subscriptions) subscription.Deliver(message, _log);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void RequireStarted()
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_running is null) throw new InvalidOperationException("the bus is started first");
        }
    }
}
