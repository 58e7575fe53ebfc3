namespace MQTTnet.Server;

/// <summary>
/// The server from one start to its stop. What a connection still has to say after the stop goes to the broker of its own run, so
/// that nothing of it reaches the sessions of the next one.
/// </summary>
internal sealed class ServerRun(Broker broker)
{
    private readonly Lock _gate = new();
    private readonly HashSet<ClientConnection> _open = [];
    private readonly TaskCompletionSource _whenEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;

    public Broker Broker { get; } = broker;

    public bool IsClosed
    {
        get
        {
            lock (_gate) return _isClosed;
        }
    }

    /// <returns>Whether the connection may begin; false where the run has ended.</returns>
    public bool Add(ClientConnection connection)
    {
        lock (_gate) return !_isClosed && _open.Add(connection);
    }

    public void Remove(ClientConnection connection)
    {
        lock (_gate)
        {
            _open.Remove(connection);
            if (_isClosed && _open.Count == 0) _whenEnded.TrySetResult();
        }
    }

    /// <summary>Closes every connection. Completes when each has given up its session and sent its will.</summary>
    public Task CloseAsync(MqttServerClientDisconnectOptions farewell)
    {
        ClientConnection[] open;
        lock (_gate)
        {
            _isClosed = true;
            open = [.. _open];
            if (open.Length == 0) _whenEnded.TrySetResult();
        }

        foreach (var connection in open) _ = connection.DisconnectAsync(farewell);
        return _whenEnded.Task;
    }
}
