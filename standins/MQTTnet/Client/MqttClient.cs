#nullable disable
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet;

/// <summary>A client over TCP.</summary>
internal sealed class MqttClient(TimeProvider clock) : IMqttClient
{
    private readonly Lock _gate = new();
    private readonly ReceivedMessages _received = new();
    private readonly UnfinishedMessages _unfinished = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly AsyncEvent<MqttApplicationMessageReceivedEventArgs> _messageReceived = new();
    private readonly AsyncEvent<MqttClientConnectedEventArgs> _connected = new();
    private readonly AsyncEvent<MqttClientConnectingEventArgs> _connecting = new();
    private readonly AsyncEvent<MqttClientDisconnectedEventArgs> _disconnected = new();
    private ServerConnection _connection;
    private bool _isConnecting, _isDisposed;

    public event Func<MqttApplicationMessageReceivedEventArgs, Task> ApplicationMessageReceivedAsync
    {
        add => _messageReceived.Add(value);
        remove => _messageReceived.Remove(value);
    }

    public event Func<MqttClientConnectedEventArgs, Task> ConnectedAsync
    {
        add => _connected.Add(value);
        remove => _connected.Remove(value);
    }

    public event Func<MqttClientConnectingEventArgs, Task> ConnectingAsync
    {
        add => _connecting.Add(value);
        remove => _connecting.Remove(value);
    }

    public event Func<MqttClientDisconnectedEventArgs, Task> DisconnectedAsync
    {
        add => _disconnected.Add(value);
        remove => _disconnected.Remove(value);
    }

    public bool IsConnected
    {
        get
        {
            lock (_gate) return _connection is not null;
        }
    }

    public MqttClientOptions Options { get; private set; }

    public async Task<MqttClientConnectResult> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.ChannelOptions is null) throw new ArgumentException("The client options name no server; build them with MqttClientOptionsBuilder.", nameof(options));

        BeginConnecting();
        ServerConnection connection = null;
        try
        {
            Options = options;
            await _connecting.RaiseAsync(new MqttClientConnectingEventArgs(options));
            connection = await OpenAsync(options, cancellationToken);
            if (connection.Result.ResultCode != MqttClientConnectResultCode.Success)
            {
                connection.Dispose();
                EndConnecting(null);
                Announce(false, connection.Result, (MqttClientDisconnectReason)connection.Result.ResultCode, connection.Result.ReasonString, null);
                return connection.Result;
            }

            EndConnecting(connection);
            connection.Start(OnEnded);
        }
        catch (Exception failure)
        {
            connection?.Dispose();
            EndConnecting(null);
            Announce(false, null, MqttClientDisconnectReason.UnspecifiedError, null, failure);
            throw;
        }

        await _connected.RaiseAsync(new MqttClientConnectedEventArgs(connection.Result));
        return connection.Result;
    }

    public async Task DisconnectAsync(MqttClientDisconnectOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfDisposed();
        var connection = Detach(null);
        if (connection is null) return;

        try
        {
            FeatureSupport.Require(options, connection.Options);
            connection.Send(Answers.Farewell(options));
            using var timeout = Timeout(connection.Options, cancellationToken);
            await connection.DrainAsync(timeout?.Token ?? cancellationToken);
        }
        finally
        {
            connection.Dispose();
            Announce(true, connection.Result, (MqttClientDisconnectReason)options.Reason, null, null);
        }
    }

    public async Task PingAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = RequireConnection();
        using var timeout = Timeout(connection.Options, cancellationToken);
        await connection.PingAsync(timeout?.Token ?? cancellationToken);
    }

    public async Task<MqttClientPublishResult> PublishAsync(MqttApplicationMessage applicationMessage, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        MqttTopicValidator.ThrowIfInvalid(applicationMessage);
        var connection = RequireConnection();
        FeatureSupport.Require(applicationMessage, connection.Options);

        using var timeout = Timeout(connection.Options, cancellationToken);
        if (applicationMessage.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
        {
            connection.Send(applicationMessage.ToPacket(0));
            await connection.DrainAsync(timeout?.Token ?? cancellationToken);
            return Answers.Unacknowledged;
        }

        return Answers.Of((AckPacket)await connection.PublishAsync(applicationMessage, timeout?.Token ?? cancellationToken));
    }

    public async Task<MqttClientSubscribeResult> SubscribeAsync(MqttClientSubscribeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var filter in options.TopicFilters) MqttTopicValidator.ThrowIfInvalidSubscribe(filter.Topic);
        var connection = RequireConnection();
        FeatureSupport.Require(options, connection.Options);

        using var timeout = Timeout(connection.Options, cancellationToken);
        var answer = await connection.RequestAsync(MqttControlPacketType.SubAck, id => Answers.Request(id, options), timeout?.Token ?? cancellationToken);
        return Answers.Of(options, (FilterAckPacket)answer);
    }

    public async Task<MqttClientUnsubscribeResult> UnsubscribeAsync(MqttClientUnsubscribeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var filter in options.TopicFilters) MqttTopicValidator.ThrowIfInvalidSubscribe(filter);
        var connection = RequireConnection();
        FeatureSupport.Require(options, connection.Options);

        using var timeout = Timeout(connection.Options, cancellationToken);
        var answer = await connection.RequestAsync(MqttControlPacketType.UnsubAck, id => Answers.Request(id, options), timeout?.Token ?? cancellationToken);
        return Answers.Of(options, (FilterAckPacket)answer);
    }

    public void Dispose()
    {
        lock (_gate) _isDisposed = true;
        _disposing.Cancel();
        Detach(null)?.Close(new ObjectDisposedException(nameof(MqttClient)));
    }

    private async Task<ServerConnection> OpenAsync(MqttClientOptions options, CancellationToken cancellationToken)
    {
        using var timeout = Timeout(options, cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout?.Token ?? cancellationToken, _disposing.Token);
        return await ServerConnection.OpenAsync(options, _received, _unfinished, _messageReceived.RaiseAsync, clock, either.Token);
    }

    private CancellationTokenSource Timeout(MqttClientOptions options, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled ? null : new CancellationTokenSource(options.Timeout, clock);

    private void BeginConnecting()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_connection is not null) throw new InvalidOperationException("The client is connected already; call DisconnectAsync first.");
            if (_isConnecting) throw new InvalidOperationException("The client is connecting already.");
            _isConnecting = true;
        }
    }

    private void EndConnecting(ServerConnection connection)
    {
        lock (_gate)
        {
            _isConnecting = false;
            ObjectDisposedException.ThrowIf(_isDisposed && connection is not null, this);
            _connection = connection;
        }
    }

    private ServerConnection RequireConnection()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _connection ?? throw new MqttClientNotConnectedException();
        }
    }

    private void ThrowIfDisposed()
    {
        lock (_gate) ObjectDisposedException.ThrowIf(_isDisposed, this);
    }

    /// <summary>Makes the client disconnected. One caller gets the connection, and with it the duty to close and announce it.</summary>
    private ServerConnection Detach(ServerConnection expected)
    {
        lock (_gate)
        {
            if (expected is not null && !ReferenceEquals(_connection, expected)) return null;

            var connection = _connection;
            _connection = null;
            return connection;
        }
    }

    private void OnEnded(ServerConnection connection, Exception failure)
    {
        if (Detach(connection) is null) return;

        var farewell = connection.Farewell;
        connection.Close(farewell is null
            ? new MqttClientDisconnectedException(failure)
            : new MqttClientUnexpectedDisconnectReceivedException(farewell, failure));
        var reason = farewell is not null ? (MqttClientDisconnectReason)farewell.ReasonCode
            : failure is null ? MqttClientDisconnectReason.NormalDisconnection : MqttClientDisconnectReason.UnspecifiedError;
        Announce(true, connection.Result, reason, farewell?.Properties.ReasonString, failure, farewell?.Properties.UserProperties);
    }

    private void Announce(
        bool wasConnected,
        MqttClientConnectResult result,
        MqttClientDisconnectReason reason,
        string reasonString,
        Exception failure,
        List<Packets.MqttUserProperty> userProperties = null)
    {
        if (!_disconnected.HasSubscribers) return;

        var arguments = new MqttClientDisconnectedEventArgs(wasConnected, result, reason, reasonString, userProperties, failure);
        // A handler may connect again, which must not run inside the loop that has just ended.
        _ = Task.Run(() => _disconnected.RaiseAsync(arguments));
    }
}
