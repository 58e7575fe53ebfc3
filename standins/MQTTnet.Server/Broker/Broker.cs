using System.Collections;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>How a published message was received, and whose outboxes have something new.</summary>
internal readonly record struct DispatchResult(
    MqttPubAckReasonCode ReasonCode, string? ReasonString, List<MqttUserProperty>? UserProperties, bool CloseConnection, IReadOnlyList<ClientSession> Receivers)
{
    public const string DiskFails = "The server cannot write to its disk.", TooManyRetained = "There are too many retained messages.";

    /// <summary>Whether the server itself had no room; what an interceptor refuses, the program has refused.</summary>
    public bool IsWithoutRoom => ReasonCode == MqttPubAckReasonCode.QuotaExceeded && (ReferenceEquals(ReasonString, DiskFails) || ReferenceEquals(ReasonString, TooManyRetained));
}

/// <summary>Sessions, subscriptions and retained messages, and the way of a message from its publisher to its subscribers.</summary>
internal sealed partial class Broker(MqttServerOptions options, ServerEvents events, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);
    private readonly SubscriptionTree _subscriptions = new();
    private readonly RetainedMessages _retained = new(clock);
    private long _order;

    public MqttServerOptions Options => options;
    public ServerEvents Events => events;
    public TimeProvider Clock => clock;

    /// <summary>Where sessions are written down; null where they live in memory only.</summary>
    public SessionLog? Log { get; private set; }

    public static DateTimeOffset? ExpiryOf(MqttApplicationMessage message, DateTimeOffset now) =>
        message.MessageExpiryInterval == 0 ? null : now + TimeSpan.FromSeconds(message.MessageExpiryInterval);

    /// <summary>Asks the interceptors, keeps a retained message, and queues a copy for each session that wants one. Whoever calls this pumps the outboxes afterwards.</summary>
    /// <param name="sender">The session that published, or null where no client did.</param>
    /// <param name="origin">In whose name.</param>
    /// <param name="items">What interceptors see as the items of the session.</param>
    /// <param name="message">What is published.</param>
    /// <param name="receipt">The packet identifier of a QoS 2 message, which is remembered with it; otherwise 0.</param>
    /// <param name="cancellationToken">Shown to interceptors.</param>
    public async ValueTask<DispatchResult> DispatchAsync(
        ClientSession? sender, (string Id, string? UserName) origin, IDictionary items, MqttApplicationMessage message, ushort receipt, CancellationToken cancellationToken)
    {
        var result = new DispatchResult(MqttPubAckReasonCode.Success, null, null, false, []);
        if (events.InterceptingPublish.HasSubscribers)
        {
            var arguments = new InterceptingPublishEventArgs(message, origin.Id, origin.UserName, items, cancellationToken);
            var process = await AskAsync(arguments);
            result = new DispatchResult(arguments.Response.ReasonCode, arguments.Response.ReasonString, arguments.Response.UserProperties, arguments.CloseConnection, []);
            message = arguments.ApplicationMessage;
            // The client may use the identifier of a refused message for another one; a taken one it will release first.
            if ((int)result.ReasonCode >= 0x80) receipt = 0;
            if (!process || message is null)
            {
                Receive(sender, receipt);
                return result;
            }

            if (!MessageForm.IsValid(message)) return result with { ReasonCode = MqttPubAckReasonCode.UnspecifiedError };
        }

        if ((message.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce || message.Retain) && Log is { IsFailing: true })
            return result with { ReasonCode = MqttPubAckReasonCode.QuotaExceeded, ReasonString = DispatchResult.DiskFails };

        List<ClientSession> receivers = [];
        List<(ClientSession, bool)>? reports = events.MessageEnqueuedOrDropped.HasSubscribers ? [] : null;
        List<MqttApplicationMessage>? stored = null;
        lock (_gate)
        {
            if (message.Retain && !_retained.HasRoomFor(message) && !message.Payload.IsEmpty)
                return result with { ReasonCode = MqttPubAckReasonCode.QuotaExceeded, ReasonString = DispatchResult.TooManyRetained };

            Distribute(sender, origin.Id, message, receipt, receivers, reports);
            if (message.Retain && events.RetainedChanged.HasSubscribers) stored = _retained.All();
        }

        if (stored is not null || reports is not null || events.MessageNotConsumed.HasSubscribers)
            await InformAsync(origin.Id, message, receivers.Count == 0, stored, reports);
        result = result with { Receivers = receivers };
        return receivers.Count > 0 || result.ReasonCode != MqttPubAckReasonCode.Success
            ? result
            : result with { ReasonCode = MqttPubAckReasonCode.NoMatchingSubscribers };
    }

    /// <summary>Dispatches a message that no connection waits for, and sends it.</summary>
    /// <exception cref="IOException">It could not be written down, or there is no room for it.</exception>
    public async Task PublishAsync((string Id, string? UserName) origin, IDictionary items, MqttApplicationMessage message, CancellationToken cancellationToken)
    {
        var result = await DispatchAsync(null, origin, items, message, 0, cancellationToken);
        if (result.IsWithoutRoom) throw new IOException($"The message for '{message.Topic}' was not taken. {result.ReasonString}");

        try
        {
            if (Log is { } log) await log.WrittenAsync();
        }
        finally
        {
            foreach (var receiver in result.Receivers) receiver.Outbox.Pump();
        }
    }

    /// <summary>Adds a subscription and queues the retained messages that it asks for, so that no message falls between the two.</summary>
    public MqttSubscribeReasonCode Subscribe(ClientSession session, MqttTopicFilter filter, uint identifier)
    {
        lock (_gate)
        {
            if (!MessageForm.IsValid(filter)) return MqttSubscribeReasonCode.TopicFilterInvalid;
            if (!session.HasRoomFor(filter.Topic)) return MqttSubscribeReasonCode.QuotaExceeded;

            var subscription = new Subscription(session, filter, identifier);
            var isNew = _subscriptions.Add(subscription);
            session.Filters[filter.Topic] = subscription;
            if (session.Number != 0) Log?.Append(new SubscribedEntry(session.Number, filter, identifier));
            var granted = (MqttSubscribeReasonCode)filter.QualityOfServiceLevel;
            // A shared subscription gets no retained messages (MQTT 5, 4.8.2).
            if (filter.RetainHandling == MqttRetainHandling.DoNotSendOnSubscribe || subscription.Group is not null) return granted;
            if (filter.RetainHandling == MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly && !isNew) return granted;

            foreach (var retained in _retained.Matching(filter.Topic))
                Enqueue(session, Copy(retained.Message, retained.Message.ToProperties(), [subscription], true, retained.ExpiresAt));
            return granted;
        }
    }

    /// <returns>Whether the session had the filter.</returns>
    public bool Unsubscribe(ClientSession session, string filter)
    {
        lock (_gate)
        {
            if (!session.Filters.Remove(filter, out var subscription)) return false;

            _subscriptions.Remove(subscription);
            if (session.Number != 0) Log?.Append(new UnsubscribedEntry(session.Number, filter));
            return true;
        }
    }

    /// <summary>Whether this QoS 2 message was distributed already and is not released.</summary>
    public bool HasReceipt(ClientSession session, ushort packetId)
    {
        lock (_gate) return session.Received.Contains(packetId);
    }

    public int CountReceipts(ClientSession session)
    {
        lock (_gate) return session.Received.Count;
    }

    /// <returns>Whether there was something to release.</returns>
    public bool Release(ClientSession session, ushort packetId)
    {
        lock (_gate)
        {
            if (!session.Received.Remove(packetId)) return false;

            if (session.Number != 0) Log?.Append(new ReleasedEntry(session.Number, packetId));
            return true;
        }
    }

    /// <summary>What the session has waiting goes to this connection from now on.</summary>
    /// <returns>Whether the connection still has the session; another one may have taken it meanwhile.</returns>
    public bool Deliver(ClientSession session, ClientConnection connection, ushort receiveMaximum)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(session.Connection, connection)) return false;

            session.Outbox.Attach(connection.Channel, receiveMaximum);
            return true;
        }
    }

    public T WithRetained<T>(Func<RetainedMessages, T> look)
    {
        lock (_gate) return look(_retained);
    }

    private static MqttQualityOfServiceLevel Lower(MqttQualityOfServiceLevel a, MqttQualityOfServiceLevel b) => a < b ? a : b;

    /// <summary>Remembers a QoS 2 message that is distributed to nobody, so that it is not asked about again.</summary>
    private void Receive(ClientSession? sender, ushort receipt)
    {
        if (receipt == 0 || sender is null) return;

        lock (_gate)
        {
            if (sender.Received.Add(receipt) && sender.Number != 0) Log?.Append(new ReceiptEntry(sender.Number, receipt));
        }
    }

    private void Distribute(
        ClientSession? sender, string senderId, MqttApplicationMessage message, ushort receipt, List<ClientSession> receivers, List<(ClientSession, bool)>? reports)
    {
        if (receipt != 0 && sender is not null && !sender.Received.Add(receipt)) return;
        if (message.Retain) _retained.Set(message);

        var matches = _subscriptions.Match(message.Topic);
        var properties = message.ToProperties();
        var expiry = ExpiryOf(message, clock.GetUtcNow());
        List<Outgoing>? logged = null;
        List<uint>? numbers = null;
        _order++;
        foreach (var own in matches.BySession) Give(own, null);
        foreach (var group in matches.Groups)
        {
            if (group.Next() is { } member) Give([member], group);
        }

        Record(sender, message, receipt, expiry, logged, numbers);

        void Give(Subscription[] own, SharedGroup? group)
        {
            var session = own[0].Session;
            if (session.ClientId == senderId) own = Array.FindAll(own, match => !match.Filter.NoLocal);
            if (own.Length == 0) return;

            var copy = Copy(message, properties, own, false, expiry, group);
            copy.Order = _order;
            var (isQueued, hasDropped) = session.Outbox.Add(copy, isHeld: session.Number != 0);
            receivers.Add(session);
            reports?.Add((session, hasDropped));
            if (!isQueued || session.Number == 0 || copy.PacketId == 0) return;

            (logged ??= []).Add(copy);
            (numbers ??= []).Add(session.Number);
        }
    }

    // A session whose filters overlap gets one copy, with the highest quality and the identifiers of all of them.
    private static Outgoing Copy(
        MqttApplicationMessage message, PacketProperties properties, Subscription[] own, bool isRetained, DateTimeOffset? expiry, SharedGroup? group = null)
    {
        List<uint>? identifiers = null;
        var (quality, keepsRetain) = (MqttQualityOfServiceLevel.AtMostOnce, false);
        foreach (var match in own)
        {
            if (match.Identifier != 0) (identifiers ??= []).Add(match.Identifier);
            if (match.Filter.QualityOfServiceLevel > quality) quality = match.Filter.QualityOfServiceLevel;
            keepsRetain |= match.Filter.RetainAsPublished;
        }

        return new Outgoing
        {
            Message = message,
            Properties = properties,
            Quality = Lower(message.QualityOfServiceLevel, quality),
            Retain = isRetained || (message.Retain && keepsRetain),
            SubscriptionIdentifiers = identifiers,
            ExpiresAt = expiry,
            Group = group,
        };
    }

    private async Task<bool> AskAsync(InterceptingPublishEventArgs arguments)
    {
        try
        {
            await events.InterceptingPublish.RaiseAsync(arguments);
            return arguments.ProcessPublish;
        }
        catch (Exception)
        {
            // An interceptor guards the topics: where it fails, nothing passes.
            arguments.Response.ReasonCode = MqttPubAckReasonCode.UnspecifiedError;
            return false;
        }
    }

    private async Task InformAsync(
        string senderId, MqttApplicationMessage message, bool isNotConsumed, List<MqttApplicationMessage>? stored, List<(ClientSession Session, bool IsDropped)>? reports)
    {
        if (stored is not null) await ServerEvents.InformAsync(events.RetainedChanged, new RetainedMessageChangedEventArgs(senderId, message, stored));
        if (isNotConsumed && events.MessageNotConsumed.HasSubscribers)
            await ServerEvents.InformAsync(events.MessageNotConsumed, new ApplicationMessageNotConsumedEventArgs(message, senderId));
        foreach (var (session, dropped) in reports ?? [])
        {
            var arguments = new ApplicationMessageEnqueuedEventArgs(senderId, session.ClientId, message, dropped);
            await ServerEvents.InformAsync(events.MessageEnqueuedOrDropped, arguments);
        }
    }
}
