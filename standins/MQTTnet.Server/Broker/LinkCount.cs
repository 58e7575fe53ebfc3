namespace MQTTnet.Server;

/// <summary>How many streams clients have open, at most <paramref name="most"/>; one counts from the moment it is accepted, before any handshake.</summary>
internal sealed class LinkCount(int most)
{
    private int _open;

    /// <returns>Whether there was room for one more.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= most) return true;

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _open);
}
