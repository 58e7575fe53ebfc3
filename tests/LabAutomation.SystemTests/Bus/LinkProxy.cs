using System.Net;
using System.Net.Sockets;

namespace LabAutomation.SystemTests.Bus;

/// <summary>One client's way to the broker, which a test can cut, stall and measure.</summary>
internal sealed class LinkProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly Task _accepting;
    private bool _cut;
    private long _up;
    private long _down;
    private volatile TaskCompletionSource? _stalled;

    public LinkProxy(int brokerPort)
    {
        BrokerPort = brokerPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int BrokerPort { get; set; }

    public int Port { get; }

    /// <summary>Bytes from the client to the broker.</summary>
    public long Up => Interlocked.Read(ref _up);

    /// <summary>Bytes from the broker to the client.</summary>
    public long Down => Interlocked.Read(ref _down);

    public void Cut()
    {
        lock (_sockets)
        {
            _cut = true;
            foreach (var socket in _sockets) socket.Dispose();
            _sockets.Clear();
        }
    }

    public void Restore()
    {
        lock (_sockets) _cut = false;
    }

    /// <summary>Nothing the broker says arrives until <see cref="Resume"/>.</summary>
    public void StallBroker() => _stalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Resume()
    {
        var stalled = _stalled;
        _stalled = null;
        stalled?.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        Resume();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                var broker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                if (Enlist(client, broker)) _ = ConnectAsync(client, broker);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
            }
        }
    }

    private bool Enlist(Socket client, Socket broker)
    {
        lock (_sockets)
        {
            if (!_cut)
            {
                _sockets.AddRange([client, broker]);
                return true;
            }
        }

        client.Dispose();
        broker.Dispose();
        return false;
    }

    private async Task ConnectAsync(Socket client, Socket broker)
    {
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, BrokerPort);
            await Task.WhenAny(PumpAsync(client, broker, isUp: true), PumpAsync(broker, client, isUp: false));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            client.Dispose();
            broker.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isUp)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (true)
            {
                if (!isUp && _stalled is { } stalled) await stalled.Task;
                var count = await from.ReceiveAsync(buffer);
                if (count == 0) return;
                if (!isUp && _stalled is { } stalledMeanwhile) await stalledMeanwhile.Task;
                if (isUp) Interlocked.Add(ref _up, count);
                else Interlocked.Add(ref _down, count);
                for (var sent = 0; sent < count;) sent += await to.SendAsync(buffer.AsMemory(sent, count - sent));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }
}
