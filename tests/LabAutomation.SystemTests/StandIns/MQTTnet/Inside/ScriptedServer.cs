using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>A server that says packet by packet what a test tells it to.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TcpClient? _tcp;
    private PacketChannel? _channel;

    public ScriptedServer() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Lets the client connect, and answers with what is given.</summary>
    public async Task<MqttClientConnectResult> WelcomeAsync(IMqttClient client, Action<MqttClientOptionsBuilder>? configure = null, ConnAckPacket? answer = null)
    {
        var options = BrokerFixture.OptionsFor(Port, "client");
        configure?.Invoke(options);
        var built = options.Build();
        Hangup();
        for (var attempt = 0; client.IsConnected && attempt < 1000; attempt++) await Task.Delay(1);

        var connecting = client.ConnectAsync(built);
        _tcp = await _listener.AcceptTcpClientAsync().WaitAsync(_patience);
        _tcp.NoDelay = true;
        _channel = new PacketChannel(_tcp.GetStream()) { Version = built.ProtocolVersion };
        await ReadAsync<ConnectPacket>();
        Send(answer ?? new ConnAckPacket());
        return await connecting.WaitAsync(_patience);
    }

    public void Send(Packet packet) => _channel!.Send(packet);

    public void SendBytes(byte[] bytes) => _tcp!.GetStream().Write(bytes);

    public Task<Packet?> ReadAsync() => _channel!.ReadAsync(CancellationToken.None).AsTask().WaitAsync(_patience);

    public async Task<T> ReadAsync<T>()
        where T : Packet => (await ReadAsync()).Should().BeOfType<T>().Subject;

    /// <summary>Reads until a packet of the kind comes, or the stream ends.</summary>
    public async Task<T?> FindAsync<T>()
        where T : Packet
    {
        try
        {
            while (await ReadAsync() is { } packet)
            {
                if (packet is T found) return found;
            }
        }
        catch (IOException)
        {
            // A reset ends the stream as well.
        }

        return null;
    }

    public void Hangup()
    {
        _channel?.Dispose();
        _tcp?.Dispose();
    }

    public void Dispose()
    {
        Hangup();
        _listener.Dispose();
    }
}
