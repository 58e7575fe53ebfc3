using System.Net.Sockets;
using System.Security.Authentication;
using MQTTnet;
using MQTTnet.Exceptions;

namespace LabAutomation.Protocol;

/// <summary>One connection to the broker. A new connection is a new link.</summary>
internal sealed class MqttLink : IDisposable
{
    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _takes;
    private readonly MqttLabBusOptions _options;
    private long _largestPacket = long.MaxValue;

    /// <param name="take">Called with each message, one at a time.</param>
    public MqttLink(MqttLabBusOptions options, Func<BusMessage, CancellationToken, Task> take)
    {
        _options = options;
        Lost = _lost.Token;
        _takes = CancellationTokenSource.CreateLinkedTokenSource(Lost);
        _client.DisconnectedAsync += args =>
        {
            TakenOver = args.Reason == MqttClientDisconnectReason.SessionTakenOver;
            Reason = args.ReasonString is { Length: > 0 } text ? $"{args.Reason}: {text}" : args.Exception?.Message ?? args.Reason.ToString();
            return _lost.CancelAsync();
        };

        // The client acknowledges when this returns, so a full queue slows the broker down instead of losing anything.
        _client.ApplicationMessageReceivedAsync += args => take(MqttMessages.Read(args.ApplicationMessage), _takes.Token);
    }

    /// <summary>Fires when the connection is gone, for whatever reason.</summary>
    public CancellationToken Lost { get; }

    public bool IsOpen => _client.IsConnected && !Lost.IsCancellationRequested;

    public string Reason { get; private set; } = "the link was lost";

    /// <summary>Whether another client connected under the same id.</summary>
    public bool TakenOver { get; private set; }

    /// <summary>Slots for messages without acknowledgement: ours, or the broker's where that is fewer.</summary>
    public SemaphoreSlim Window { get; private set; } = new(0);

    /// <exception cref="BusRefusedException">The broker does not want this client.</exception>
    public async Task OpenAsync(bool cleanStart, CancellationToken cancellation)
    {
        var answer = await ConnectAsync(cleanStart, cancellation);
        switch (answer.ResultCode)
        {
            case MqttClientConnectResultCode.Success:
                break;
            case MqttClientConnectResultCode.ServerUnavailable or MqttClientConnectResultCode.ServerBusy
                or MqttClientConnectResultCode.QuotaExceeded or MqttClientConnectResultCode.ConnectionRateExceeded:
                throw new MqttCommunicationException($"the broker is busy: {answer.ResultCode}");
            default:
                throw new BusRefusedException($"the broker at {_options.Host}:{_options.Port} refused client '{_options.ClientId}': {Words(answer.ResultCode, answer.ReasonString)}");
        }

        Window = new SemaphoreSlim(Math.Min(_options.MaximumInFlight, answer.ReceiveMaximum is > 0 and { } most ? most : int.MaxValue));
        if (answer.MaximumPacketSize is > 0 and { } largest) _largestPacket = largest;
    }

    /// <exception cref="BusRefusedException">The broker refused the message.</exception>
    public async Task PublishAsync(MqttApplicationMessage message)
    {
        if (message.Payload.Length + message.Topic.Length >= _largestPacket)
            throw new BusRefusedException($"a message on '{message.Topic}' has {message.Payload.Length} bytes, but the broker takes packets of at most {_largestPacket}");
        var answer = await _client.PublishAsync(message, Lost);
        if (!answer.IsSuccess) throw new BusRefusedException($"the broker refused a message on '{message.Topic}': {Words(answer.ReasonCode, answer.ReasonString)}");
    }

    /// <exception cref="BusRefusedException">The broker refused the subscription.</exception>
    public async Task SubscribeAsync(string filter)
    {
        var answer = await _client.SubscribeAsync(MqttMessages.Subscribe(filter), Lost);
        var code = answer.Items.Single().ResultCode;
        if (code > MqttClientSubscribeResultCode.GrantedQoS2)
            throw new BusRefusedException($"the broker refused the subscription to '{filter}': {Words(code, answer.ReasonString)}");
    }

    /// <summary>Says goodbye, so that the broker does not publish the will.</summary>
    public async Task CloseAsync(CancellationToken cancellation)
    {
        // The client ends only when the message that it has handed over is taken, and nobody may be there to take it.
        await _takes.CancelAsync();
        await _client.DisconnectAsync(new MqttClientDisconnectOptions { Reason = MqttClientDisconnectOptionsReason.NormalDisconnection }, cancellation);
    }

    /// <summary>Gives the connection up without a farewell.</summary>
    public void Dispose()
    {
        _lost.Cancel();
        _client.Dispose();
    }

    private async Task<MqttClientConnectResult> ConnectAsync(bool cleanStart, CancellationToken cancellation)
    {
        try
        {
            return await _client.ConnectAsync(MqttMessages.Connect(_options, cleanStart), cancellation);
        }
        catch (MqttCommunicationException error) when (Distrust(error) is { } why)
        {
            throw new BusRefusedException($"the broker at {_options.Host}:{_options.Port} cannot be trusted: {why.Message}");
        }
        catch (MqttCommunicationException error) when (_options.Tls is { } tls && !HasNobody(error))
        {
            throw new MqttCommunicationException($"{error.Message}; does that port speak TLS{(tls.Certificate is null ? "" : ", and does it take the certificate of this program")}?", error);
        }
    }

    /// <summary>Whether there was nobody at the port at all, or no way to it: what is said there nobody has heard.</summary>
    private static bool HasNobody(Exception? error) => error is SocketException
        {
            SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.TimedOut or SocketError.TryAgain or SocketError.NoData,
        }
        || (error is not null && HasNobody(error.InnerException));

    /// <summary>Whether the connection failed for a certificate; trying again at once would not help.</summary>
    private static AuthenticationException? Distrust(Exception? error) =>
        error is null ? null : error as AuthenticationException ?? Distrust(error.InnerException);

    private static string Words<T>(T code, string? reason)
        where T : struct, Enum => string.IsNullOrEmpty(reason) ? code.ToString() : $"{code}, {reason}";
}
