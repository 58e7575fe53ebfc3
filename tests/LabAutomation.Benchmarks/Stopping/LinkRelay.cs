using System.Net;
using System.Net.Sockets;

namespace LabAutomation.Benchmarks.Stopping;

/// <summary>
/// The way of some clients to the broker. Cut, it is what the network shows of a program that was killed, on either end: connections are gone from one moment to the next, without a farewell, and none can be made.
/// </summary>
internal sealed class LinkRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly HashSet<Socket> _open = [];
    private readonly int _broker;
    private readonly Task _accepting;
    private bool _isCut;

    public LinkRelay(int brokerPort)
    {
        _broker = brokerPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public void Cut()
    {
        lock (_open)
        {
            _isCut = true;
            foreach (var socket in _open) socket.Dispose();
            _open.Clear();
        }
    }

    public void Restore()
    {
        lock (_open) _isCut = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Cut();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = JoinAsync(await _listener.AcceptSocketAsync(_end.Token));
        }
        catch (OperationCanceledException)
        {
            // The benchmark needs it no more.
        }
    }

    private async Task JoinAsync(Socket client)
    {
        var broker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            if (!Open(client, broker)) return;
            await broker.ConnectAsync(IPAddress.Loopback, _broker);
            await Task.WhenAny(CarryAsync(client, broker), CarryAsync(broker, client));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It was cut, or the broker is not there.
        }
        finally
        {
            lock (_open)
            {
                _open.Remove(client);
                _open.Remove(broker);
            }

            client.Dispose();
            broker.Dispose();
        }
    }

    private bool Open(Socket client, Socket broker)
    {
        lock (_open)
        {
            if (_isCut) return false;
            _open.Add(client);
            _open.Add(broker);
            return true;
        }
    }

    private static async Task CarryAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
    }
}
