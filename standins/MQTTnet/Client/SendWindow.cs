namespace MQTTnet;

/// <summary>
/// Lets at most <paramref name="size"/> messages wait for their acknowledgement (MQTT 5, 4.9). Messages that find no room start
/// later, in the order in which they came.
/// </summary>
internal sealed class SendWindow(int size)
{
    private readonly Lock _gate = new();
    private readonly Queue<Func<bool>> _waiting = new();
    private int _room = size;

    /// <param name="start">Sends a message; false where it was not sent after all and needs no room. It must not wait.</param>
    public void Enter(Func<bool> start)
    {
        lock (_gate)
        {
            if (_room == 0) _waiting.Enqueue(start);
            else if (start()) _room--;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _room++;
            while (_room > 0 && _waiting.TryDequeue(out var start))
            {
                if (start()) _room--;
            }
        }
    }
}
