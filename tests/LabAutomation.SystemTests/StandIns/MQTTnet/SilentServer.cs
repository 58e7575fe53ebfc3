using System.Net;
using System.Net.Sockets;
using MQTTnet;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>A server that welcomes its client and then never says another word.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();

    /// <param name="welcomes">Whether the client's CONNECT is answered at all.</param>
    /// <param name="reads">Whether what the client sends after CONNECT is taken off the wire.</param>
    public SilentServer(bool welcomes = true, bool reads = true)
    {
        _listener.Start();
        _ = ServeAsync(welcomes, reads);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task<IMqttClient> ConnectAsync()
    {
        var client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(BrokerFixture.OptionsFor(Port, "client").WithNoKeepAlive().Build());
        return client;
    }

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
    }

    private async Task ServeAsync(bool welcomes, bool reads)
    {
        try
        {
            using var socket = await _listener.AcceptSocketAsync(_over.Token);
            await socket.ReceiveAsync(new byte[4096], _over.Token);
            if (welcomes) await socket.SendAsync(new byte[] { 0x20, 3, 0, 0, 0 }, _over.Token);
            while (reads && await socket.ReceiveAsync(new byte[4096], _over.Token) > 0)
            {
                // What it says is not answered.
            }

            await Task.Delay(Timeout.Infinite, _over.Token);
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
