using System.Net;
using System.Net.Sockets;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>Speaks MQTT packet by packet, also in ways that no client would.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private readonly TcpClient _tcp;

    private RawClient(TcpClient tcp)
    {
        _tcp = tcp;
        Channel = new PacketChannel(tcp.GetStream());
    }

    public PacketChannel Channel { get; }

    public static async Task<RawClient> DialAsync(int port)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(IPAddress.Loopback, port);
        return new RawClient(tcp);
    }

    public async Task<ConnAckPacket> ConnectAsync(
        string clientId, uint? expiry = null, bool clean = false, ushort? receiveMaximum = null, uint? maximumPacketSize = null, ushort keepAlive = 0)
    {
        Channel.Send(new ConnectPacket
        {
            ClientId = clientId,
            CleanStart = clean,
            KeepAliveSeconds = keepAlive,
            Properties = new PacketProperties { SessionExpiryInterval = expiry, ReceiveMaximum = receiveMaximum, MaximumPacketSize = maximumPacketSize },
        });
        return await ReadAsync<ConnAckPacket>();
    }

    public async Task SubscribeAsync(string filter, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.ExactlyOnce)
    {
        Channel.Send(new SubscribePacket { PacketId = 60_000, Filters = [new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = quality }] });
        await ReadAsync<FilterAckPacket>();
    }

    public void Send(Packet packet) => Channel.Send(packet);

    public void SendBytes(params byte[] bytes) => _tcp.GetStream().Write(bytes);

    public async Task<T> ReadAsync<T>()
        where T : Packet => (await Channel.ReadAsync(CancellationToken.None).AsTask().WaitAsync(_patience)).Should().BeOfType<T>().Subject;

    public async Task ReadEndAsync()
    {
        try
        {
            (await Channel.ReadAsync(CancellationToken.None).AsTask().WaitAsync(_patience)).Should().BeNull();
        }
        catch (IOException)
        {
            // A reset ends the stream as well.
        }
    }

    public void UseVersion311() => Channel.Version = MqttProtocolVersion.V311;

    /// <summary>Ends the connection as a process does that is killed.</summary>
    public void Kill() => _tcp.Close();

    public void Dispose()
    {
        Channel.Dispose();
        _tcp.Dispose();
    }
}

/// <summary>Opens raw connections to a test's broker.</summary>
internal static class RawClients
{
    public static Task<RawClient> DialAsync(this BrokerFixture broker) => RawClient.DialAsync(broker.Port);
}
