using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>One accepted client, from CONNACK to the end of its stream.</summary>
internal sealed class ClientConnection
{
    private const int LargestBacklog = 1024 * 1024;

    private readonly Broker _broker;
    private readonly ConnectPacket _connect;
    private readonly InboundMessages _inbound;
    private readonly InboundFilters _filters;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private List<Packet> _answers = [], _leaving = [];
    private HashSet<ClientSession> _touched = [], _pumped = [];
    private WillMessage? _will;
    private DisconnectPacket? _farewell;
    private long _promised;
    private long _silentSince;
    private volatile bool _isWelcome, _isWorking;

    public ClientConnection(Broker broker, ClientLink link, PacketChannel channel, ConnectPacket connect)
    {
        _broker = broker;
        _connect = connect;
        _will = connect.Will;
        Link = link;
        Channel = channel;
        ConnectedAt = LastPacketAt = broker.Clock.GetUtcNow();
        _isWorking = true;
        _inbound = new InboundMessages(broker, this);
        _filters = new InboundFilters(broker, this);
    }

    public ClientLink Link { get; }

    public PacketChannel Channel { get; }

    public ClientSession Session { get; set; } = null!;

    public MqttProtocolVersion Version => _connect.Version;

    public string? UserName => _connect.UserName;

    /// <summary>Whether the client wants to read why something was refused (MQTT 5, 3.1.2.11.7).</summary>
    public bool WantsReasons => Version == MqttProtocolVersion.V500 && _connect.Properties.RequestProblemInformation != false;

    public DateTimeOffset ConnectedAt { get; }

    public DateTimeOffset LastPacketAt { get; private set; }

    public CancellationToken Closing => _closing.Token;

    /// <summary>
    /// Whether the client was silent for one and a half of its keep-alive (MQTT 5, 3.1.2.10). While the broker itself is busy with a packet
    /// it reads no other one, and that is not the client's silence.
    /// </summary>
    public bool IsSilent(DateTimeOffset now) => _connect.KeepAliveSeconds > 0 && !_isWorking
        && now.UtcTicks - Volatile.Read(ref _silentSince) > 1.5 * _connect.KeepAliveSeconds * TimeSpan.TicksPerSecond;

    /// <summary>Gives the will to the one who decides on it; a second caller gets none.</summary>
    public WillMessage? TakeWill()
    {
        lock (_gate)
        {
            var will = _will;
            _will = null;
            return will;
        }
    }

    /// <summary>Serves the client until its stream ends. From here on the session is given up again whatever happens.</summary>
    /// <param name="welcome">Sends CONNACK and what the session has waiting; false where the client had to be refused after all.</param>
    public async Task RunAsync(Func<Task<bool>> welcome)
    {
        try
        {
            if (!await welcome()) return;

            Rest();
            while (_farewell is null && await Channel.ReadAsync(Closing) is { } packet)
            {
                LastPacketAt = _broker.Clock.GetUtcNow();
                _isWorking = true;
                var handled = HandleAsync(packet);
                // An answer that takes time does not hold up those before it.
                if (!handled.IsCompleted) await SettleAsync();
                await handled;
                if (!Channel.HasMore)
                {
                    await SettleAsync();
                    Rest();
                }

                if (Channel.Backlog <= LargestBacklog) continue;

                // The client does not read its answers: this wait is its own.
                Rest();
                await Channel.DrainAsync().WaitAsync(Closing);
            }
        }
        catch (MalformedPacketException malformed)
        {
            await SettleLastAsync();
            Close(new DisconnectPacket { ReasonCode = malformed.ReasonCode, Properties = Reasons(malformed.Message) });
        }
        catch (UnsupportedVersionException second)
        {
            await SettleLastAsync();
            Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.ProtocolError, Properties = Reasons(second.Message) });
        }
        catch (MqttProtocolViolationException)
        {
            // An answer is larger than the client accepts; without its answers the exchange cannot go on.
            Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.ImplementationSpecificError });
        }
        catch (IOException) when (_broker.Log is { IsFailing: true })
        {
            Close(new DisconnectPacket { ReasonCode = MqttDisconnectReasonCode.QuotaExceeded, Properties = Reasons("The server cannot write to its disk.") });
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException or OperationCanceledException or MqttCommunicationException)
        {
            // The client is gone or was sent away; what follows is the same.
        }
        finally
        {
            await EndAsync();
        }
    }

    /// <summary>Sends CONNACK. A client that has none is told nothing else either (MQTT 5, 3.14).</summary>
    /// <returns>Whether it fits what the client accepts.</returns>
    public bool Welcome(ConnAckPacket connAck) => _isWelcome = Channel.TrySend(connAck);

    /// <summary>Sends the packet together with other answers.</summary>
    public void Answer(Packet packet)
    {
        lock (_gate) _answers.Add(packet);
    }

    /// <summary>As <see cref="Answer"/>, for an answer that relies on what the log was told just now.</summary>
    public void Promise(Packet packet)
    {
        lock (_gate)
        {
            _promised = _broker.Log?.End ?? 0;
            _answers.Add(packet);
        }
    }

    /// <summary>Remembers that these outboxes have something new.</summary>
    public void Touch(IReadOnlyList<ClientSession> sessions)
    {
        lock (_gate)
        {
            foreach (var session in sessions) _touched.Add(session);
        }
    }

    public Task DisconnectAsync(MqttServerClientDisconnectOptions options)
    {
        Close(new DisconnectPacket
        {
            ReasonCode = options.ReasonCode,
            Properties = new PacketProperties
            {
                ReasonString = options.ReasonString,
                ServerReference = options.ServerReference,
                UserProperties = options.UserProperties,
            },
        });
        return Task.CompletedTask;
    }

    /// <summary>Says why, where the client understands it, and ends the connection.</summary>
    public void Close(DisconnectPacket why)
    {
        try
        {
            if (_isWelcome && Version == MqttProtocolVersion.V500) Channel.TrySend(why);
        }
        catch (MqttCommunicationException)
        {
            // Nobody is left to read it.
        }

        _closing.Cancel();
        Channel.Dispose();
    }

    private void Rest()
    {
        Volatile.Write(ref _silentSince, _broker.Clock.GetUtcNow().UtcTicks);
        _isWorking = false;
    }

    private async ValueTask SettleAsync()
    {
        long promised;
        lock (_gate)
        {
            promised = _promised;
            (_answers, _leaving) = (_leaving, _answers);
            (_touched, _pumped) = (_pumped, _touched);
        }

        if (_leaving.Count == 0 && _pumped.Count == 0) return;
        try
        {
            if (_broker.Log is { } log) await log.WrittenAsync(promised);
            foreach (var answer in _leaving)
            {
                if (!Channel.TryCollect(answer)) throw new MqttProtocolViolationException($"The client accepts no {answer.GetType().Name} of this size.");
            }

            foreach (var session in _pumped) session.Outbox.Pump();
            Channel.Flush();
        }
        finally
        {
            _leaving.Clear();
            _pumped.Clear();
        }
    }

    private async Task SettleLastAsync()
    {
        try
        {
            await SettleAsync();
        }
        catch (Exception failed) when (failed is IOException or MqttProtocolViolationException or MqttCommunicationException)
        {
            // The connection ends anyway; what was not answered is sent again by its client.
        }
    }

    private PacketProperties Reasons(string text) => WantsReasons ? new PacketProperties { ReasonString = text } : PacketProperties.None;

    private ValueTask HandleAsync(Packet packet)
    {
        switch (packet)
        {
            case PublishPacket publish: return _inbound.TakeAsync(publish);
            case AckPacket { Kind: MqttControlPacketType.PubRel } ack: _inbound.Release(ack); break;
            case AckPacket { Kind: MqttControlPacketType.PubRec, IsFailure: false } ack: Receive(ack); break;
            case AckPacket ack: Session.Outbox.Complete(ack); break;
            case SubscribePacket subscribe: return new ValueTask(_filters.SubscribeAsync(subscribe));
            case UnsubscribePacket unsubscribe: return new ValueTask(_filters.UnsubscribeAsync(unsubscribe));
            case PingReqPacket: Answer(PingRespPacket.Instance); break;
            case DisconnectPacket disconnect: Leave(disconnect); break;
            default: throw MalformedPacketException.Protocol($"{packet.GetType().Name} may not be sent by a client now.");
        }

        return ValueTask.CompletedTask;
    }

    private void Receive(AckPacket pubRec)
    {
        var known = Session.Outbox.Receive(pubRec);
        Promise(new AckPacket(MqttControlPacketType.PubRel, pubRec.PacketId, known ? (byte)0 : AckPacket.NotFound));
    }

    private void Leave(DisconnectPacket disconnect)
    {
        if (disconnect.Properties.SessionExpiryInterval > 0 && _connect.Properties.SessionExpiryInterval is null or 0)
            throw MalformedPacketException.Protocol("DISCONNECT asks for a session expiry, but CONNECT asked for none.");

        _farewell = disconnect;
    }

    private async Task EndAsync()
    {
        await SettleLastAsync();
        Session.Outbox.Detach(Channel);
        _closing.Cancel();
        Channel.Dispose();

        var end = _broker.Detach(Session, this, _farewell);
        if (end is { Will: { } will }) await _broker.SendWillAsync(Session, will);

        var kind = end is null ? MqttClientDisconnectType.Takeover
            : _farewell is { ReasonCode: MqttDisconnectReasonCode.NormalDisconnection } ? MqttClientDisconnectType.Clean
            : MqttClientDisconnectType.NotClean;
        var arguments = new ClientDisconnectedEventArgs(_connect, _farewell, kind, Link.RemoteEndPoint, Session.Items);
        await ServerEvents.InformAsync(_broker.Events.ClientDisconnected, arguments);
        if (end is { HasEnded: true }) await _broker.InformDeletedAsync(Session);
    }
}
