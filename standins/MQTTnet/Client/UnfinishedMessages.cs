namespace MQTTnet;

/// <summary>
/// What outlives a connection on the sending side: the last identifier given, and the QoS 2 messages whose exchange was cut. A new
/// message under an old identifier would be taken for the old one sent again, and be lost.
/// </summary>
internal sealed class UnfinishedMessages
{
    private readonly Lock _gate = new();
    private readonly HashSet<ushort> _cut = [];
    private ushort _last;

    public ushort NextId()
    {
        lock (_gate) return _last = _last == ushort.MaxValue ? (ushort)1 : (ushort)(_last + 1);
    }

    public void Add(ushort packetId)
    {
        lock (_gate) _cut.Add(packetId);
    }

    /// <returns>The identifiers that the server's session still holds and that are to be released there.</returns>
    public ushort[] Take(bool isSessionPresent)
    {
        lock (_gate)
        {
            ushort[] cut = isSessionPresent ? [.. _cut] : [];
            _cut.Clear();
            return cut;
        }
    }
}
