using System.Net;
using System.Net.Sockets;

namespace LabAutomation.Simulators.Wire;

/// <summary>Serves one device line on 127.0.0.1, one client at a time; the next one is let in when the first has gone.</summary>
public sealed class TcpDevice : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly Func<Stream> connect;
    private readonly CancellationTokenSource stop = new();
    private readonly Task serving;

    /// <param name="connect">Opens the line, e.g. <c>() =&gt; bench.Connect("stirrer")</c>.</param>
    /// <param name="port">0 lets the system choose.</param>
    public TcpDevice(Func<Stream> connect, int port = 0)
    {
        this.connect = connect;
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        serving = ServeAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await serving;
        stop.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                client.NoDelay = true;
                await using var device = connect();
                await ServeAsync(client.GetStream(), device);
            }
            catch (Exception gone) when (gone is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // A client that vanished, or the end: the line is free again.
            }
        }
    }

    private async Task ServeAsync(NetworkStream client, Stream device)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var commands = client.CopyToAsync(device, over.Token);
        var answers = device.CopyToAsync(client, over.Token);
        await await Task.WhenAny(commands, answers);
        await over.CancelAsync();
        await Task.WhenAll(commands, answers);
    }
}
