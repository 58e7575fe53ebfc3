namespace MQTTnet.Wire;

/// <summary>Which properties a packet may carry, as one bit for each identifier (MQTT 5, table 2-4).</summary>
internal readonly struct PropertySet
{
    public static readonly PropertySet Connect = new(17, 21, 22, 23, 25, 33, 34, 38, 39);
    public static readonly PropertySet Will = new(1, 2, 3, 8, 9, 24, 38);
    public static readonly PropertySet ConnAck = new(17, 18, 19, 21, 22, 26, 28, 31, 33, 34, 36, 37, 38, 39, 40, 41, 42);
    public static readonly PropertySet Publish = new(1, 2, 3, 8, 9, 11, 35, 38);
    public static readonly PropertySet Ack = new(31, 38);
    public static readonly PropertySet Subscribe = new(11, 38);
    public static readonly PropertySet Unsubscribe = new(38);
    public static readonly PropertySet Disconnect = new(17, 28, 31, 38);
    public static readonly PropertySet Auth = new(21, 22, 31, 38);

    private readonly ulong _bits;

    private PropertySet(params ReadOnlySpan<byte> identifiers)
    {
        foreach (var identifier in identifiers) _bits |= 1UL << identifier;
    }

    public bool Contains(uint identifier) => identifier < 64 && (_bits & (1UL << (int)identifier)) != 0;
}
