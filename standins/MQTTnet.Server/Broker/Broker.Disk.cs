using MQTTnet.Protocol;

namespace MQTTnet.Server;

/// <summary>What of the sessions is written down, and how it is read again.</summary>
internal sealed partial class Broker
{
    private uint _lastNumber;

    /// <summary>Reads what an earlier server left in the directory and writes there from now on.</summary>
    /// <returns>What was found cut off at the end of the log, or null.</returns>
    public string? Open(string directory)
    {
        var restored = new RestoredSessions();
        var log = SessionLog.Open(directory, restored.Apply, out var report);
        lock (_gate)
        {
            Log = log;
            var now = clock.GetUtcNow();
            foreach (var retained in restored.Retained) _retained.Set(retained.Message, Time(retained.ExpiresAt));
            var sessions = restored.Sessions.ToList();
            foreach (var session in sessions) Restore(session, log, now);
            // A group is known only when the last of its members is.
            foreach (var session in sessions)
            {
                foreach (var (packetId, filter) in session.SharedFilters)
                {
                    if (session.Messages.GetValueOrDefault(packetId) is { } message) message.Group = _subscriptions.FindGroup(filter);
                }
            }

            (_lastNumber, _order) = (restored.LastNumber, _order + restored.LastOrder);
        }

        log.Snapshot = Everything;
        if (log.HasRecords) log.Compact();
        return report;
    }

    public void CloseLog() => Log?.Dispose();

    /// <summary>Completes when everything about the session is written down, where it is.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public Task WrittenAsync(ClientSession session) => session.Number != 0 && Log is { } log ? log.WrittenAsync() : Task.CompletedTask;

    public Task ChangeRetainedAsync(MqttApplicationMessage? message)
    {
        lock (_gate)
        {
            if (message is null)
            {
                _retained.Clear();
                Log?.Append(new RetainedClearedEntry());
            }
            else
            {
                _retained.Set(message);
                Log?.Append(Entry(message, ExpiryOf(message, clock.GetUtcNow())));
            }
        }

        return Log?.WrittenAsync() ?? Task.CompletedTask;
    }

    private static long Ticks(DateTimeOffset? time) => time?.UtcTicks ?? 0;

    private static DateTimeOffset? Time(long ticks) => ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    private static RetainedEntry Entry(MqttApplicationMessage message, DateTimeOffset? expiry) => new(message, Ticks(expiry));

    private static SessionEntry Entry(ClientSession session) =>
        new(session.Number, session.ClientId, session.UserName, session.ExpirySeconds, Ticks(session.CreatedAt), Ticks(session.DisconnectedAt));

    private static MessageReceiver Receiver(uint number, Outgoing message) =>
        new(number, message.PacketId, message.Quality, message.Retain, message.SubscriptionIdentifiers, message.Group?.Filter);

    private void Record(ClientSession session)
    {
        if (Log is not { } log || (session.Number == 0 && session.ExpirySeconds == 0)) return;

        if (session.Number == 0)
        {
            session.Number = ++_lastNumber;
            session.Outbox.Record(log, session.Number);
        }

        log.Append(Entry(session));
    }

    /// <summary>The message, its receipt and its place among the retained ones are one record, so that they are there together or not at all.</summary>
    private void Record(ClientSession? sender, MqttApplicationMessage message, ushort receipt, DateTimeOffset? expiry, List<Outgoing>? copies, List<uint>? numbers)
    {
        var hasReceipt = receipt != 0 && sender is { Number: not 0 };
        if (Log is not { } log || (copies is null && !hasReceipt && !message.Retain)) return;

        var entries = new List<LogEntry>(3);
        if (hasReceipt) entries.Add(new ReceiptEntry(sender!.Number, receipt));
        if (message.Retain) entries.Add(Entry(message, expiry));
        if (copies is not null) entries.Add(new MessageEntry(message, Ticks(expiry), [.. copies.Select((copy, i) => Receiver(numbers![i], copy))]));
        long position = 0;
        try
        {
            position = log.Append([.. entries]);
        }
        finally
        {
            // Where it could not be added, it still must not hold up those behind it.
            foreach (var copy in copies ?? []) copy.Position = position;
        }
    }

    private void Enqueue(ClientSession session, Outgoing copy)
    {
        copy.Order = ++_order;
        var (isQueued, _) = session.Outbox.Add(copy, isHeld: session.Number != 0);
        if (!isQueued || session.Number == 0 || copy.PacketId == 0 || Log is not { } log) return;

        copy.Position = 0;
        copy.Position = log.Append(new MessageEntry(copy.Message, Ticks(copy.ExpiresAt), [Receiver(session.Number, copy)]));
    }

    private void Restore(RestoredSessions.Restored restored, SessionLog log, DateTimeOffset now)
    {
        var entry = restored.Session;
        var session = NewSession(entry.ClientId, Time(entry.CreatedAt) ?? now);
        (session.Number, session.UserName, session.ExpirySeconds) = (entry.Number, entry.UserName, entry.ExpirySeconds);
        // Who was connected when the server ended has been away since nobody knows when: the expiry begins now.
        session.DisconnectedAt = Time(entry.DisconnectedAt) ?? now;
        session.Received.UnionWith(restored.Receipts);
        foreach (var (filter, identifier) in restored.Filters.Values)
        {
            var subscription = new Subscription(session, filter, identifier);
            _subscriptions.Add(subscription);
            session.Filters[filter.Topic] = subscription;
        }

        foreach (var message in restored.Messages.Values.OrderBy(message => message.Order))
        {
            message.Order += _order;
            session.Outbox.Restore(message);
        }

        session.Outbox.Record(log, session.Number);
    }

    /// <summary>Everything that is written down, as it is when <paramref name="cut"/> is called. Payloads are shared, not copied.</summary>
    private List<LogEntry> Everything(Action cut)
    {
        var entries = new List<LogEntry>();
        var messages = new List<(uint Number, Outgoing Message)>();
        lock (_gate)
        {
            cut();
            foreach (var retained in _retained.Everything) entries.Add(Entry(retained.Message, retained.ExpiresAt));
            foreach (var session in _sessions.Values.Where(session => session.Number != 0))
            {
                entries.Add(Entry(session));
                foreach (var subscription in session.Filters.Values)
                    entries.Add(new SubscribedEntry(session.Number, subscription.Filter, subscription.Identifier));
                foreach (var receipt in session.Received) entries.Add(new ReceiptEntry(session.Number, receipt));
                messages.AddRange(session.Outbox.Identified().Select(message => (session.Number, message)));
            }

            // One message to many sessions is written once.
            foreach (var copies in messages.OrderBy(copy => copy.Message.Order).GroupBy(copy => (copy.Message.Order, copy.Message.Message)))
            {
                var receivers = copies.Select(copy => Receiver(copy.Number, copy.Message)).ToList();
                entries.Add(new MessageEntry(copies.Key.Message, Ticks(copies.First().Message.ExpiresAt), receivers));
                foreach (var (number, message) in copies.Where(copy => copy.Message.IsReceived)) entries.Add(new ReceivedEntry(number, message.PacketId));
            }
        }

        return entries;
    }
}
