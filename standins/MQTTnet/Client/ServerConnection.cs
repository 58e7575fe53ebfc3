using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>One connection of a client, from CONNECT to the end of the stream.</summary>
internal sealed class ServerConnection : IDisposable
{
    private const long LargestWaiting = 16 * 1024 * 1024;

    private readonly TimeProvider _clock;
    private readonly PacketChannel _channel;
    private readonly Delivery _delivery;
    private readonly ReadingPause _pause;
    private readonly UnfinishedMessages _unfinished;
    private readonly PendingAnswers _pending;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _pingGate = new();
    private readonly SendWindow _window;
    private TaskCompletionSource? _ping;
    private Exception? _end;
    private long _lastSent;

    private ServerConnection(
        MqttClientOptions options, MqttClientConnectResult result, PacketChannel channel, Delivery delivery, ReadingPause pause, UnfinishedMessages unfinished, TimeProvider clock)
    {
        Options = options;
        Result = result;
        _window = new SendWindow(result.ReceiveMaximum ?? ushort.MaxValue);
        _channel = channel;
        _delivery = delivery;
        _pause = pause;
        _unfinished = unfinished;
        _pending = new PendingAnswers(unfinished);
        _clock = clock;
    }

    public MqttClientOptions Options { get; }

    public MqttClientConnectResult Result { get; }

    /// <summary>The server's DISCONNECT, where one came.</summary>
    public DisconnectPacket? Farewell { get; private set; }

    /// <returns>The connection; its <see cref="Result"/> may be a refusal.</returns>
    public static async Task<ServerConnection> OpenAsync(
        MqttClientOptions options,
        ReceivedMessages received,
        UnfinishedMessages unfinished,
        Func<MqttApplicationMessageReceivedEventArgs, Task> deliver,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var stream = await TcpDial.OpenAsync((MqttClientTcpOptions)options.ChannelOptions, cancellationToken);
        var channel = new PacketChannel(stream) { Version = options.ProtocolVersion };
        if (options.MaximumPacketSize > 0) channel.LargestReceived = options.MaximumPacketSize;
        try
        {
            channel.Send(ConnectRequest.From(options));
            var answer = await channel.ReadAsync(cancellationToken) switch
            {
                ConnAckPacket connAck => connAck,
                null => throw new MqttCommunicationException("The server closed the connection without an answer."),
                var other => throw new MqttProtocolViolationException($"The server answered CONNECT with {other.GetType().Name}."),
            };
            var pause = new ReadingPause(LargestWaiting);
            var delivery = new Delivery(options, channel, received, pause, deliver);
            return new ServerConnection(options, Accept(answer, options, channel), channel, delivery, pause, unfinished, clock);
        }
        catch (Exception failure)
        {
            channel.Dispose();
            throw new MqttConnectingFailedException($"{((MqttClientTcpOptions)options.ChannelOptions).RemoteEndpoint} did not accept the connection. {failure.Message}", failure);
        }
    }

    /// <summary>Starts to receive.</summary>
    /// <param name="ended">Called once, with the failure or null, when the other side has ended the connection.</param>
    public void Start(Action<ServerConnection, Exception?> ended)
    {
        _lastSent = _clock.GetTimestamp();
        _delivery.Resume(Result.IsSessionPresent);
        foreach (var cut in _unfinished.Take(Result.IsSessionPresent))
        {
            _pending.Adopt(cut);
            TrySend(new AckPacket(MqttControlPacketType.PubRel, cut));
        }

        var token = _ended.Token;
        _ = Task.Run(() => _delivery.RunAsync(token), CancellationToken.None);
        _ = Task.Run(() => ReceiveAsync(ended, token), CancellationToken.None);

        var keepAlive = Result.ServerKeepAlive > 0 ? TimeSpan.FromSeconds(Result.ServerKeepAlive) : Options.KeepAlivePeriod;
        if (keepAlive > TimeSpan.Zero) _ = Task.Run(() => KeepAliveAsync(keepAlive, ended, token), CancellationToken.None);
    }

    public void Send(Packet packet)
    {
        _lastSent = _clock.GetTimestamp();
        _channel.Send(packet);
    }

    /// <summary>Completes when everything sent so far has left.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => AwaitAsync(_channel.DrainAsync(), cancellationToken);

    public async Task<Packet> RequestAsync(MqttControlPacketType ends, Func<ushort, Packet> request, CancellationToken cancellationToken)
    {
        var pending = _pending.Begin(ends);
        try
        {
            Send(request(pending.Id));
        }
        catch (Exception)
        {
            _pending.Abandon(pending);
            throw;
        }

        return await AwaitAsync(pending.Answer.Task, cancellationToken);
    }

    /// <summary>Sends a message with QoS 1 or 2 as soon as the server's receive maximum leaves room.</summary>
    public async Task<Packet> PublishAsync(MqttApplicationMessage message, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource<PendingAnswers.Pending>(TaskCreationOptions.RunContinuationsAsynchronously);
        var place = _window.Enter(() => TryBegin(message, started));
        try
        {
            await AwaitAsync(started.Task.IsCompleted ? started.Task : started.Task.WaitAsync(_ended.Token), cancellationToken);
        }
        finally
        {
            // A message that its sender has given up must not start later.
            started.TrySetCanceled(CancellationToken.None);
            if (place is not null) _window.Withdraw(place);
        }

        var pending = await started.Task;
        var answer = await AwaitAsync(pending.Answer.Task, cancellationToken);
        return pending.Received ?? answer;
    }

    public async Task PingAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource ping;
        lock (_pingGate) ping = _ping ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(PingReqPacket.Instance);
        await AwaitAsync(ping.Task.WaitAsync(_ended.Token), cancellationToken);
    }

    /// <summary>Ends everything that waits; <paramref name="why"/> is what they are told.</summary>
    public void Close(Exception why)
    {
        _end ??= why;
        _ended.Cancel();
        _channel.Dispose();
        _pending.Fail(why);
    }

    public void Dispose() => Close(new MqttClientDisconnectedException(null));

    private static MqttClientConnectResult Accept(ConnAckPacket answer, MqttClientOptions options, PacketChannel channel)
    {
        if (answer.Properties.MaximumPacketSize is { } largest) channel.LargestSent = largest;
        return ConnectRequest.ResultOf(answer, options.ProtocolVersion);
    }

    private async Task AwaitAsync(Task answer, CancellationToken cancellationToken)
    {
        _pause.Expect();
        try
        {
            await answer.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException canceled) when (cancellationToken.IsCancellationRequested)
        {
            throw new MqttCommunicationTimedOutException(canceled);
        }
        catch (OperationCanceledException canceled)
        {
            throw _end as ObjectDisposedException ?? (Exception)new MqttClientDisconnectedException(canceled);
        }
        finally
        {
            _pause.Answered();
        }
    }

    private async Task<Packet> AwaitAsync(Task<Packet> answer, CancellationToken cancellationToken)
    {
        await AwaitAsync((Task)answer, cancellationToken);
        return await answer;
    }

    private bool TryBegin(MqttApplicationMessage message, TaskCompletionSource<PendingAnswers.Pending> started)
    {
        if (started.Task.IsCompleted) return false;

        PendingAnswers.Pending? pending = null;
        try
        {
            var isAtLeastOnce = message.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtLeastOnce;
            pending = _pending.Begin(isAtLeastOnce ? MqttControlPacketType.PubAck : MqttControlPacketType.PubComp);
            Send(message.ToPacket(pending.Id));
            // Given up in this very moment: the message is on its way, and its answer will leave the window again.
            started.TrySetResult(pending);
            return true;
        }
        catch (Exception failure)
        {
            if (pending is not null) _pending.Abandon(pending);
            started.TrySetException(failure);
            return false;
        }
    }

    private async Task ReceiveAsync(Action<ServerConnection, Exception?> ended, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            while (Farewell is null && await _channel.ReadAsync(cancellationToken) is { } packet)
            {
                Handle(packet);
                await _pause.WhenOverAsync().WaitAsync(cancellationToken);
            }
        }
        catch (MqttProtocolViolationException violation)
        {
            failure = violation;
            var reason = (violation as MalformedPacketException)?.ReasonCode ?? MqttDisconnectReasonCode.ProtocolError;
            if (Options.ProtocolVersion == MqttProtocolVersion.V500) TrySend(new DisconnectPacket { ReasonCode = reason });
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            failure = new MqttCommunicationException(broken);
        }
        catch (Exception other)
        {
            failure = other;
        }

        if (!cancellationToken.IsCancellationRequested) ended(this, failure);
    }

    private void Handle(Packet packet)
    {
        switch (packet)
        {
            case PublishPacket publish: _delivery.Take(publish); break;
            case AckPacket { Kind: MqttControlPacketType.PubAck } ack: Complete(ack); break;
            case AckPacket { Kind: MqttControlPacketType.PubRec } ack: Release(ack); break;
            case AckPacket { Kind: MqttControlPacketType.PubComp } ack: Complete(ack); break;
            case AckPacket { Kind: MqttControlPacketType.PubRel } ack: _delivery.Release(ack.PacketId); break;
            case FilterAckPacket ack: _pending.End(ack.PacketId, ack.Kind, ack); break;
            case DisconnectPacket disconnect: Part(disconnect); break;
            case PingRespPacket:
                lock (_pingGate)
                {
                    _ping?.TrySetResult();
                    _ping = null;
                }

                break;
            default:
                throw MalformedPacketException.Protocol($"{packet.GetType().Name} came from the server, which may not send it.");
        }
    }

    private void Part(DisconnectPacket disconnect)
    {
        if (Options.ProtocolVersion != MqttProtocolVersion.V500) throw MalformedPacketException.Protocol("DISCONNECT came from the server, which MQTT 3.1.1 does not allow.");
        if (disconnect.Properties.SessionExpiryInterval is not null) throw MalformedPacketException.Protocol("DISCONNECT of the server has a session expiry interval.");

        Farewell = disconnect;
    }

    private void Complete(AckPacket ack)
    {
        if (_pending.End(ack.PacketId, ack.Kind, ack)) _window.Leave();
    }

    private void Release(AckPacket pubRec)
    {
        var (known, ended) = _pending.Receive(pubRec);
        if (ended) _window.Leave();
        if (!pubRec.IsFailure) Send(new AckPacket(MqttControlPacketType.PubRel, pubRec.PacketId, known ? (byte)0 : AckPacket.NotFound));
    }

    private async Task KeepAliveAsync(TimeSpan period, Action<ServerConnection, Exception?> ended, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var rest = period - _clock.GetElapsedTime(_lastSent);
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, _clock, cancellationToken);
                    continue;
                }

                using var timeout = new CancellationTokenSource(Options.Timeout < period ? Options.Timeout : period, _clock);
                await PingAsync(timeout.Token);
            }
        }
        catch (Exception silent)
        {
            if (!cancellationToken.IsCancellationRequested) ended(this, silent);
        }
    }

    private void TrySend(Packet packet)
    {
        try
        {
            Send(packet);
        }
        catch (Exception untold) when (untold is MqttCommunicationException or MqttProtocolViolationException)
        {
            // The other side is gone, or accepts nothing; there is nobody to tell.
        }
    }
}
