using System.Collections;
using System.Collections.Concurrent;
using MQTTnet.Wire;

namespace MQTTnet.Server;

/// <summary>What a client has with the server beyond one connection (MQTT 5, 4.1). The broker's lock guards what changes.</summary>
internal sealed class ClientSession(string clientId, Outbox outbox, DateTimeOffset createdAt)
{
    public const uint Forever = uint.MaxValue;
    private const int ShortFilter = (int)(ServerLimits.FilterCharacters / ServerLimits.FiltersPerSession);

    public string ClientId { get; } = clientId;
    public Outbox Outbox { get; } = outbox;
    public DateTimeOffset CreatedAt { get; } = createdAt;
    public string? UserName { get; set; }
    public IDictionary Items { get; set; } = new ConcurrentDictionary<object, object>();
    public uint ExpirySeconds { get; set; }
    public DateTimeOffset? DisconnectedAt { get; set; }
    public ClientConnection? Connection { get; set; }

    /// <summary>The name of the session in the log; 0 where it is not written down.</summary>
    public uint Number { get; set; }

    /// <summary>Where the log has the end of the session; 0 where it has not ended or was not written down.</summary>
    public long EndPosition { get; set; }

    public Dictionary<string, Subscription> Filters { get; } = new(StringComparer.Ordinal);

    /// <summary>QoS 2 messages that were distributed and not yet released: one that comes again is not distributed again.</summary>
    public HashSet<ushort> Received { get; } = [];

    /// <summary>The will of a connection that broke, and when it is to be sent.</summary>
    public (WillMessage Message, DateTimeOffset DueAt)? PendingWill { get; set; }

    /// <summary>Whether the session has the filter, or can take one more of this length.</summary>
    public bool HasRoomFor(string filter)
    {
        if (Filters.ContainsKey(filter)) return true;
        // Only long filters are worth the addition.
        return Filters.Count < ServerLimits.FiltersPerSession
            && (filter.Length <= ShortFilter || Filters.Keys.Sum(held => (long)held.Length) + filter.Length <= ServerLimits.FilterCharacters);
    }

    public bool HasExpired(DateTimeOffset now) =>
        ExpirySeconds != Forever && DisconnectedAt is { } since && Connection is null && now - since >= TimeSpan.FromSeconds(ExpirySeconds);
}
