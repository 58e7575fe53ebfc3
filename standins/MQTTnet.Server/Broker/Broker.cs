using System.Collections;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>How a published message was received.</summary>
internal sealed record DispatchResult(MqttPubAckReasonCode ReasonCode, string? ReasonString, List<MqttUserProperty>? UserProperties, bool CloseConnection);

/// <summary>Sessions, subscriptions and retained messages, and the way of a message from its publisher to its subscribers.</summary>
internal sealed class Broker(MqttServerOptions options, ServerEvents events, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientSession> _sessions = new(StringComparer.Ordinal);
    private readonly SubscriptionTree _subscriptions = new();
    private readonly RetainedMessages _retained = new(clock);

    public MqttServerOptions Options => options;
    public ServerEvents Events => events;
    public TimeProvider Clock => clock;

    public static DateTimeOffset? ExpiryOf(MqttApplicationMessage message, DateTimeOffset now) =>
        message.MessageExpiryInterval == 0 ? null : now + TimeSpan.FromSeconds(message.MessageExpiryInterval);

    /// <summary>Asks the interceptors, keeps a retained message, and queues a copy for each session that wants one.</summary>
    public async Task<DispatchResult> DispatchAsync(
        string senderId, string? userName, IDictionary items, MqttApplicationMessage message, CancellationToken cancellationToken)
    {
        var result = new DispatchResult(MqttPubAckReasonCode.Success, null, null, false);
        if (events.InterceptingPublish.HasSubscribers)
        {
            var arguments = new InterceptingPublishEventArgs(message, senderId, userName, items, cancellationToken);
            var process = await AskAsync(arguments);
            result = new DispatchResult(arguments.Response.ReasonCode, arguments.Response.ReasonString, arguments.Response.UserProperties, arguments.CloseConnection);
            message = arguments.ApplicationMessage;
            if (!process || message is null) return result;
        }

        List<(ClientSession Session, bool IsDropped)> receivers = [];
        List<MqttApplicationMessage>? stored = null;
        lock (_gate)
        {
            if (message.Retain)
            {
                _retained.Set(message);
                if (events.RetainedChanged.HasSubscribers) stored = _retained.All();
            }

            Enqueue(senderId, message, receivers);
        }

        foreach (var (session, _) in receivers) session.Outbox.Pump();
        if (stored is not null) await ServerEvents.InformAsync(events.RetainedChanged, new RetainedMessageChangedEventArgs(senderId, message, stored));
        await InformAsync(senderId, message, receivers);
        return receivers.Count > 0 || result.ReasonCode != MqttPubAckReasonCode.Success
            ? result
            : result with { ReasonCode = MqttPubAckReasonCode.NoMatchingSubscribers };
    }

    /// <summary>Adds a subscription and queues the retained messages that it asks for, so that no message falls between the two.</summary>
    public void Subscribe(ClientSession session, MqttTopicFilter filter, uint identifier)
    {
        lock (_gate)
        {
            var isNew = _subscriptions.Add(new Subscription(session, filter, identifier));
            session.Filters.Add(filter.Topic);
            if (filter.RetainHandling == MqttRetainHandling.DoNotSendOnSubscribe) return;
            if (filter.RetainHandling == MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly && !isNew) return;

            foreach (var retained in _retained.Matching(filter.Topic))
            {
                session.Outbox.Add(new Outgoing
                {
                    Message = retained.Message,
                    Quality = Lower(retained.Message.QualityOfServiceLevel, filter.QualityOfServiceLevel),
                    Retain = true,
                    SubscriptionIdentifiers = identifier == 0 ? null : [identifier],
                    ExpiresAt = retained.ExpiresAt,
                });
            }
        }
    }

    /// <returns>Whether the session had the filter.</returns>
    public bool Unsubscribe(ClientSession session, string filter)
    {
        lock (_gate)
        {
            session.Filters.Remove(filter);
            return _subscriptions.Remove(session, filter);
        }
    }

    /// <summary>Gives the connection its session, and takes it from the connection that had it.</summary>
    /// <returns>The session, whether it was there before, and the connection and will of the one that lost it.</returns>
    public (ClientSession Session, bool IsPresent, ClientConnection? Previous, WillMessage? Will, ClientSession? Ended) Attach(
        ConnectPacket connect, ClientConnection connection, IDictionary items)
    {
        lock (_gate)
        {
            var existing = _sessions.GetValueOrDefault(connect.ClientId);
            var previous = existing?.Connection;
            // A new connection in time stops a delayed will (MQTT 5, 3.1.3.2.2), unless the session ends with it.
            var will = previous?.TakeWill();
            if (will?.Properties.WillDelayInterval > 0 && !connect.CleanStart) will = null;
            if (connect.CleanStart) will ??= existing?.PendingWill?.Message;
            if (existing is not null) (existing.PendingWill, existing.Connection) = (null, null);

            var isPresent = existing is { ExpirySeconds: > 0 } && !connect.CleanStart && !existing.HasExpired(clock.GetUtcNow());
            var ended = isPresent ? null : existing;
            if (ended is not null) Remove(ended);

            var session = isPresent ? existing! : NewSession(connect.ClientId);
            session.Items = items;
            session.UserName = connect.UserName;
            session.ExpirySeconds = GrantedExpiry(connect);
            session.DisconnectedAt = null;
            session.Connection = connection;
            return (session, isPresent, previous, will, ended);
        }
    }

    /// <summary>A connection has ended. Its will is sent now, later, or not at all.</summary>
    /// <returns>The will to send now, and whether the session has ended with the connection; null where another connection has taken over.</returns>
    public (WillMessage? Will, bool HasEnded)? Detach(ClientSession session, ClientConnection connection, DisconnectPacket? farewell)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(session.Connection, connection)) return null;

            var now = clock.GetUtcNow();
            session.Connection = null;
            session.DisconnectedAt = now;
            if (options.EnablePersistentSessions && farewell?.Properties.SessionExpiryInterval is { } expiry) session.ExpirySeconds = expiry;

            var will = connection.TakeWill();
            if (farewell is { ReasonCode: MqttDisconnectReasonCode.NormalDisconnection }) will = null;
            if (session.ExpirySeconds == 0)
            {
                Remove(session);
                return (will, true);
            }

            var delay = Math.Min(will?.Properties.WillDelayInterval ?? 0, session.ExpirySeconds);
            if (will is null || delay == 0) return (will, false);

            session.PendingWill = (will, now + TimeSpan.FromSeconds(delay));
            return (null, false);
        }
    }

    /// <summary>Removes what has expired.</summary>
    /// <returns>Wills that are due and sessions that have ended.</returns>
    public (List<(ClientSession Session, WillMessage Will)> Wills, List<ClientSession> Ended) Expire()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            _retained.RemoveExpired();
            var ended = _sessions.Values.Where(session => session.HasExpired(now)).ToList();
            var wills = new List<(ClientSession, WillMessage)>();
            foreach (var session in _sessions.Values)
            {
                if (session.PendingWill is not { } pending || (pending.DueAt > now && !ended.Contains(session))) continue;

                session.PendingWill = null;
                wills.Add((session, pending.Message));
            }

            foreach (var session in ended) Remove(session);
            return (wills, ended);
        }
    }

    public Task<DispatchResult> SendWillAsync(ClientSession session, WillMessage will)
    {
        var packet = new PublishPacket
        {
            Topic = will.Topic,
            Payload = will.Payload,
            Quality = will.Quality,
            Retain = will.Retain,
            Properties = will.Properties,
        };
        return DispatchAsync(session.ClientId, session.UserName, session.Items, packet.ToMessage(), CancellationToken.None);
    }

    public Task InformDeletedAsync(ClientSession session) =>
        ServerEvents.InformAsync(events.SessionDeleted, new SessionDeletedEventArgs(session.ClientId, session.UserName, session.Items));

    public List<ClientSession> Sessions()
    {
        lock (_gate) return [.. _sessions.Values];
    }

    public T WithRetained<T>(Func<RetainedMessages, T> look)
    {
        lock (_gate) return look(_retained);
    }

    public void Clear()
    {
        lock (_gate)
        {
            foreach (var session in _sessions.Values.ToList()) Remove(session);
            _retained.Clear();
        }
    }

    private static MqttQualityOfServiceLevel Lower(MqttQualityOfServiceLevel a, MqttQualityOfServiceLevel b) => a < b ? a : b;

    private uint GrantedExpiry(ConnectPacket connect)
    {
        if (!options.EnablePersistentSessions) return 0;
        if (connect.Version != Formatter.MqttProtocolVersion.V500) return connect.CleanStart ? 0 : ClientSession.Forever;

        return connect.Properties.SessionExpiryInterval ?? 0;
    }

    private ClientSession NewSession(string clientId)
    {
        var outbox = new Outbox(options.MaxPendingMessagesPerClient, options.PendingMessagesOverflowStrategy, clock);
        return _sessions[clientId] = new ClientSession(clientId, outbox, clock.GetUtcNow());
    }

    private void Remove(ClientSession session)
    {
        foreach (var filter in session.Filters) _subscriptions.Remove(session, filter);
        session.Filters.Clear();
        if (_sessions.GetValueOrDefault(session.ClientId) == session) _sessions.Remove(session.ClientId);
    }

    private void Enqueue(string senderId, MqttApplicationMessage message, List<(ClientSession, bool)> receivers)
    {
        var matches = new List<Subscription>();
        _subscriptions.Match(message.Topic, matches);
        matches.RemoveAll(match => match.Filter.NoLocal && match.Session.ClientId == senderId);
        var expiry = ExpiryOf(message, clock.GetUtcNow());
        // A session whose filters overlap gets one copy, with the highest quality and the identifiers of all of them.
        foreach (var group in matches.Count == 1 ? [matches] : matches.GroupBy(match => match.Session).Select(group => group.ToList()))
        {
            var identifiers = group.Where(match => match.Identifier != 0).Select(match => match.Identifier).ToList();
            var copy = new Outgoing
            {
                Message = message,
                Quality = Lower(message.QualityOfServiceLevel, group.Max(match => match.Filter.QualityOfServiceLevel)),
                Retain = message.Retain && group.Any(match => match.Filter.RetainAsPublished),
                SubscriptionIdentifiers = identifiers.Count == 0 ? null : identifiers,
                ExpiresAt = expiry,
            };
            receivers.Add((group[0].Session, !group[0].Session.Outbox.Add(copy)));
        }
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

    private async Task InformAsync(string senderId, MqttApplicationMessage message, List<(ClientSession Session, bool IsDropped)> receivers)
    {
        if (receivers.Count == 0 && events.MessageNotConsumed.HasSubscribers)
            await ServerEvents.InformAsync(events.MessageNotConsumed, new ApplicationMessageNotConsumedEventArgs(message, senderId));
        if (!events.MessageEnqueuedOrDropped.HasSubscribers) return;

        foreach (var (session, dropped) in receivers)
        {
            var arguments = new ApplicationMessageEnqueuedEventArgs(senderId, session.ClientId, message, dropped);
            await ServerEvents.InformAsync(events.MessageEnqueuedOrDropped, arguments);
        }
    }
}
