#nullable disable
namespace MQTTnet.Server;

/// <summary>Where a server listens and what it grants.</summary>
public sealed class MqttServerOptions
{
    /// <summary>How long a new connection may take until CONNECT is answered.</summary>
    public TimeSpan DefaultCommunicationTimeout { get; set; } = TimeSpan.FromSeconds(100);

    public MqttServerTcpEndpointOptions DefaultEndpointOptions { get; } = new();

    /// <summary>Whether sessions outlive their connections, in memory, for as long as their clients asked.</summary>
    public bool EnablePersistentSessions { get; set; }

    public MqttServerKeepAliveOptions KeepAliveOptions { get; } = new();

    /// <summary>Messages that wait for one client before the overflow strategy applies; as many again may be sent but not acknowledged.</summary>
    public int MaxPendingMessagesPerClient { get; set; } = 1000;

    public MqttPendingMessagesOverflowStrategy PendingMessagesOverflowStrategy { get; set; } = MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage;

    public MqttServerTlsTcpEndpointOptions TlsEndpointOptions { get; } = new();
}

/// <summary>How the server watches for silent clients.</summary>
public sealed class MqttServerKeepAliveOptions
{
    /// <summary>How often keep-alives, expiries and delayed wills are looked at.</summary>
    public TimeSpan MonitorInterval { get; set; } = TimeSpan.FromMilliseconds(500);
}

/// <summary>What gives way when a client is slower than its messages.</summary>
public enum MqttPendingMessagesOverflowStrategy
{
    DropOldestQueuedMessage,
    DropNewMessage,
}
