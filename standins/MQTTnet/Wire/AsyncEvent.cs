namespace MQTTnet.Wire;

/// <summary>Subscribers that are called one after another, each awaited.</summary>
internal sealed class AsyncEvent<TEventArgs>
    where TEventArgs : EventArgs
{
    private readonly Lock _gate = new();
    private Func<TEventArgs, Task>[] _subscribers = [];

    public bool HasSubscribers => Volatile.Read(ref _subscribers).Length > 0;

    public void Add(Func<TEventArgs, Task> subscriber)
    {
        lock (_gate) _subscribers = [.. _subscribers, subscriber];
    }

    public void Remove(Func<TEventArgs, Task> subscriber)
    {
        lock (_gate)
        {
            var at = Array.LastIndexOf(_subscribers, subscriber);
            if (at >= 0) _subscribers = [.. _subscribers[..at], .. _subscribers[(at + 1)..]];
        }
    }

    public async Task RaiseAsync(TEventArgs arguments)
    {
        foreach (var subscriber in Volatile.Read(ref _subscribers)) await subscriber(arguments);
    }
}
