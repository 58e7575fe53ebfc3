using MQTTnet.Packets;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>What the records of a log add up to. A record about something that has ended since changes nothing.</summary>
internal sealed class RestoredSessions
{
    private readonly Dictionary<uint, Restored> _sessions = [];
    private readonly Dictionary<string, RetainedEntry> _retained = new(StringComparer.Ordinal);

    public sealed class Restored
    {
        public required SessionEntry Session { get; set; }
        public Dictionary<string, (MqttTopicFilter Filter, uint Identifier)> Filters { get; } = new(StringComparer.Ordinal);
        public Dictionary<ushort, Outgoing> Messages { get; } = [];

        /// <summary>The shared filters that chose the session for a message, by its packet identifier.</summary>
        public Dictionary<ushort, string> SharedFilters { get; } = [];
        public HashSet<ushort> Receipts { get; } = [];
    }

    public uint LastNumber { get; private set; }

    /// <summary>Messages are numbered from 1 in the order of their records; all receivers of one share its number.</summary>
    public long LastOrder { get; private set; }

    /// <summary>The sessions that outlive their connections.</summary>
    public IEnumerable<Restored> Sessions => _sessions.Values.Where(restored => restored.Session.ExpirySeconds > 0);

    public IEnumerable<RetainedEntry> Retained => _retained.Values;

    public void Apply(List<LogEntry> entries)
    {
        foreach (var entry in entries) Apply(entry);
    }

    private void Apply(LogEntry entry)
    {
        switch (entry)
        {
            case SessionEntry session: Begin(session); break;
            case SessionEndedEntry ended: _sessions.Remove(ended.Number); break;
            case SubscribedEntry one: Find(one.Number)?.Filters[one.Filter.Topic] = (one.Filter, one.Identifier); break;
            case UnsubscribedEntry one: Find(one.Number)?.Filters.Remove(one.Filter); break;
            case MessageEntry message: Enqueue(message); break;
            case DoneEntry done: Find(done.Number)?.Messages.Remove(done.PacketId); break;
            case ReceivedEntry one: Find(one.Number)?.Messages.GetValueOrDefault(one.PacketId)?.IsReceived = true; break;
            case ReceiptEntry one: Find(one.Number)?.Receipts.Add(one.PacketId); break;
            case ReleasedEntry one: Find(one.Number)?.Receipts.Remove(one.PacketId); break;
            case RetainedEntry { Message.Payload.IsEmpty: true } cleared: _retained.Remove(cleared.Message.Topic); break;
            case RetainedEntry retained: _retained[retained.Message.Topic] = retained; break;
            case RetainedClearedEntry: _retained.Clear(); break;
        }
    }

    private Restored? Find(uint number) => _sessions.GetValueOrDefault(number);

    private void Begin(SessionEntry session)
    {
        LastNumber = Math.Max(LastNumber, session.Number);
        if (Find(session.Number) is { } known) known.Session = session;
        else _sessions.Add(session.Number, new Restored { Session = session });
    }

    private void Enqueue(MessageEntry entry)
    {
        var properties = entry.Message.ToProperties();
        DateTimeOffset? expiry = entry.ExpiresAt == 0 ? null : new DateTimeOffset(entry.ExpiresAt, TimeSpan.Zero);
        LastOrder++;
        foreach (var receiver in entry.Receivers)
        {
            if (Find(receiver.Number) is not { } restored) continue;

            if (receiver.SharedFilter is { } filter) restored.SharedFilters[receiver.PacketId] = filter;
            else restored.SharedFilters.Remove(receiver.PacketId);
            restored.Messages[receiver.PacketId] = new Outgoing
            {
                Message = entry.Message,
                Properties = properties,
                Quality = receiver.Quality,
                Retain = receiver.Retain,
                SubscriptionIdentifiers = receiver.SubscriptionIdentifiers,
                ExpiresAt = expiry,
                PacketId = receiver.PacketId,
                Order = LastOrder,
            };
        }
    }
}
