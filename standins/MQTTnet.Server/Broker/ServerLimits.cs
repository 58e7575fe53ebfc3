namespace MQTTnet.Server;

/// <summary>What clients can take of the server that no option of the official package limits.</summary>
internal static class ServerLimits
{
    /// <summary>Topic aliases that a client may use at a time.</summary>
    public const ushort TopicAliases = 256;

    /// <summary>QoS 2 messages that a client may have under way (MQTT 5, 3.3.4).</summary>
    public const ushort ReceiveMaximum = 1024;

    /// <summary>Bytes of one packet.</summary>
    public const uint PacketSize = 32 * 1024 * 1024;

    /// <summary>Bytes of a packet of somebody who has not said yet who they are.</summary>
    public const uint ConnectSize = 512 * 1024;

    /// <summary>Connections, those that are still shaking hands among them.</summary>
    public const int Connections = 10_000;

    public const int Sessions = 20_000;

    public const int FiltersPerSession = 10_000;

    /// <summary>Levels of a filter: a search goes as deep as the deepest filter.</summary>
    public const int FilterLevels = 200;

    public const int RetainedTopics = 100_000;

    /// <summary>Wills that wait for room. One more is lost.</summary>
    public const int PostponedWills = 1000;

    /// <summary>Bytes of all retained messages.</summary>
    public const long RetainedBytes = 256 * 1024 * 1024;

    /// <summary>Bytes of the messages that wait for one client, and of those that it has not acknowledged.</summary>
    public const long PendingBytes = 64 * 1024 * 1024;

    /// <summary>Characters of all filters of a session.</summary>
    public const long FilterCharacters = 4 * 1024 * 1024;

    public static bool IsTooDeep(string filter) => filter.AsSpan().Count('/') >= FilterLevels;
}
