#nullable disable
using System.Collections;

namespace MQTTnet.Server;

/// <summary>A session, as the program sees it.</summary>
public sealed class MqttSessionStatus
{
    private readonly ClientSession _session;

    internal MqttSessionStatus(ClientSession session) => _session = session;

    public DateTime CreatedTimestamp => _session.CreatedAt.UtcDateTime;

    /// <summary>Null while the client is connected.</summary>
    public DateTime? DisconnectedTimestamp => _session.DisconnectedAt?.UtcDateTime;

    /// <summary>Seconds that the session outlives its connection.</summary>
    public uint ExpiryInterval => _session.ExpirySeconds;

    public string Id => _session.ClientId;

    public IDictionary Items => _session.Items;

    public long PendingApplicationMessagesCount => _session.Outbox.Waiting;

    public Task ClearApplicationMessagesQueueAsync()
    {
        _session.Outbox.ClearWaiting();
        return Task.CompletedTask;
    }
}
