using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>Which client has which session, and for how long.</summary>
internal sealed partial class Broker
{
    /// <summary>Wills for which there was no room; they are tried again with every look of the housekeeping.</summary>
    private readonly List<(ClientSession Session, WillMessage Will)> _postponedWills = [];

    private readonly HashSet<ClientSession> _heirs = [];

    /// <summary>Gives the connection its session, and takes it from the connection that had it.</summary>
    /// <returns>The session, whether it was there before, and the connection and will of the one that lost it; null where there are too many sessions.</returns>
    public (ClientSession Session, bool IsPresent, ClientConnection? Previous, WillMessage? Will, ClientSession? Ended)? Attach(
        ConnectPacket connect, ClientConnection connection, System.Collections.IDictionary items)
    {
        var attached = AttachAlone(connect, connection, items);
        PumpHeirs();
        return attached;
    }

    private (ClientSession Session, bool IsPresent, ClientConnection? Previous, WillMessage? Will, ClientSession? Ended)? AttachAlone(
        ConnectPacket connect, ClientConnection connection, System.Collections.IDictionary items)
    {
        lock (_gate)
        {
            var existing = _sessions.GetValueOrDefault(connect.ClientId);
            if (existing is null && _sessions.Count >= ServerLimits.Sessions) return null;

            var previous = existing?.Connection;
            // A new connection in time stops a delayed will (MQTT 5, 3.1.3.2.2), unless the session ends with it.
            var will = previous?.TakeWill();
            if (will?.Properties.WillDelayInterval > 0 && !connect.CleanStart) will = null;
            if (connect.CleanStart) will ??= existing?.PendingWill?.Message;
            if (existing is not null) (existing.PendingWill, existing.Connection) = (null, null);

            var isPresent = existing is { ExpirySeconds: > 0 } && !connect.CleanStart && !existing.HasExpired(clock.GetUtcNow());
            var ended = isPresent ? null : existing;
            if (ended is not null) Remove(ended);

            var session = isPresent ? existing! : NewSession(connect.ClientId, clock.GetUtcNow());
            session.Items = items;
            session.UserName = connect.UserName;
            session.ExpirySeconds = GrantedExpiry(connect);
            session.DisconnectedAt = null;
            session.Connection = connection;
            Record(session);
            return (session, isPresent, previous, will, ended);
        }
    }

    /// <summary>A connection has ended. Its will is sent now, later, or not at all.</summary>
    /// <returns>The will to send now, and whether the session has ended with the connection; null where another connection has taken over.</returns>
    public (WillMessage? Will, bool HasEnded)? Detach(ClientSession session, ClientConnection connection, DisconnectPacket? farewell)
    {
        var end = DetachAlone(session, connection, farewell);
        PumpHeirs();
        return end;
    }

    private (WillMessage? Will, bool HasEnded)? DetachAlone(ClientSession session, ClientConnection connection, DisconnectPacket? farewell)
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

            Record(session);
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
            var ended = _sessions.Values.Where(session => session.HasExpired(now)).ToHashSet();
            var wills = new List<(ClientSession, WillMessage)>(_postponedWills);
            _postponedWills.Clear();
            foreach (var session in _sessions.Values)
            {
                if (session.PendingWill is not { } pending || (pending.DueAt > now && !ended.Contains(session))) continue;

                session.PendingWill = null;
                wills.Add((session, pending.Message));
            }

            foreach (var session in ended) Remove(session);
            return (wills, [.. ended]);
        }
    }

    public async Task SendWillAsync(ClientSession session, WillMessage will)
    {
        var packet = new PublishPacket
        {
            Topic = will.Topic,
            Payload = will.Payload,
            Quality = will.Quality,
            Retain = will.Retain,
            Properties = will.Properties,
        };
        var result = await DispatchAsync(null, (session.ClientId, session.UserName), session.Items, packet.ToMessage(), 0, CancellationToken.None);
        if (result.IsWithoutRoom)
        {
            lock (_gate)
            {
                if (_postponedWills.Count < ServerLimits.PostponedWills) _postponedWills.Add((session, will));
            }

            return;
        }

        try
        {
            if (Log is { } log) await log.WrittenAsync();
        }
        catch (IOException)
        {
            // Nobody is left to be told; the log keeps what it could not write and tries again.
        }

        foreach (var receiver in result.Receivers) receiver.Outbox.Pump();
    }

    public Task InformDeletedAsync(ClientSession session) =>
        ServerEvents.InformAsync(events.SessionDeleted, new SessionDeletedEventArgs(session.ClientId, session.UserName, session.Items));

    public uint GrantedExpiry(ConnectPacket connect)
    {
        if (!options.EnablePersistentSessions) return 0;
        if (connect.Version != Formatter.MqttProtocolVersion.V500) return connect.CleanStart ? 0 : ClientSession.Forever;

        return connect.Properties.SessionExpiryInterval ?? 0;
    }

    public ClientSession? Find(string clientId)
    {
        lock (_gate) return _sessions.GetValueOrDefault(clientId);
    }

    public List<ClientSession> Sessions()
    {
        lock (_gate) return [.. _sessions.Values];
    }

    private ClientSession NewSession(string clientId, DateTimeOffset createdAt)
    {
        var outbox = new Outbox(options.MaxPendingMessagesPerClient, options.PendingMessagesOverflowStrategy, clock);
        return _sessions[clientId] = new ClientSession(clientId, outbox, createdAt);
    }

    private void Remove(ClientSession session)
    {
        foreach (var subscription in session.Filters.Values) _subscriptions.Remove(subscription);
        session.Filters.Clear();
        if (_sessions.GetValueOrDefault(session.ClientId) == session) _sessions.Remove(session.ClientId);
        if (session.Number != 0) session.EndPosition = Log?.Append(new SessionEndedEntry(session.Number)) ?? 0;
        session.Number = 0;
        PassOn(session);
    }

    /// <summary>QoS 1 messages that a group had given to a session that ends go to another member; QoS 2 messages must not (MQTT 5, 4.8.2).</summary>
    private void PassOn(ClientSession session)
    {
        foreach (var message in session.Outbox.Identified())
        {
            if (message is not { Group: { } group, Quality: MqttQualityOfServiceLevel.AtLeastOnce } || group.Next() is not { } member) continue;

            Enqueue(member.Session, Copy(message.Message, message.Properties, [member], false, message.ExpiresAt, group));
            _heirs.Add(member.Session);
        }
    }

    // Sockets are not written to under the lock.
    private void PumpHeirs()
    {
        ClientSession[] heirs;
        lock (_gate)
        {
            if (_heirs.Count == 0) return;

            heirs = [.. _heirs];
            _heirs.Clear();
        }

        foreach (var heir in heirs) heir.Outbox.Pump();
    }
}
