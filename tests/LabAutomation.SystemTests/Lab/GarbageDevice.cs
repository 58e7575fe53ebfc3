using System.Net;
using System.Net.Sockets;

namespace LabAutomation.SystemTests.Lab;

/// <summary>A device on a TCP port that answers every message with bytes that mean nothing.</summary>
internal sealed class GarbageDevice : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Random _noise = new(5);

    public GarbageDevice()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = BabbleAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task BabbleAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            var buffer = new byte[256];
            while (await stream.ReadAsync(buffer) > 0)
            {
                var garbage = new byte[_noise.Next(1, 40)];
                _noise.NextBytes(garbage);
                await stream.WriteAsync(garbage);
            }
        }
    }
}
