namespace MQTTnet;

/// <summary>
/// Lets at most <paramref name="size"/> messages wait for their acknowledgement (MQTT 5, 4.9). Messages that find no room start
/// later, in the order in which they came.
/// </summary>
internal sealed class SendWindow(int size)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Func<bool>> _waiting = new();
    private int _room = size;

    /// <param name="start">Sends a message; false where it was not sent after all and needs no room. It must not wait.</param>
    /// <returns>The place of a message that has to wait, for <see cref="Withdraw"/>; otherwise null.</returns>
    public LinkedListNode<Func<bool>>? Enter(Func<bool> start)
    {
        lock (_gate)
        {
            if (_room == 0) return _waiting.AddLast(start);
            if (start()) _room--;
            return null;
        }
    }

    /// <summary>The message is given up; nothing of it is kept.</summary>
    public void Withdraw(LinkedListNode<Func<bool>> place)
    {
        lock (_gate)
        {
            if (place.List is not null) _waiting.Remove(place);
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _room++;
            while (_room > 0 && _waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                if (first.Value()) _room--;
            }
        }
    }
}
