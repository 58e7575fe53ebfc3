using System.Diagnostics;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class SilenceTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_client_that_falls_silent_is_disconnected()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await broker.DialAsync();
        await client.ConnectAsync("client", keepAlive: 1);
        var watch = Stopwatch.StartNew();

        var end = await client.ReadAsync<DisconnectPacket>();

        end.ReasonCode.Should().Be(MqttDisconnectReasonCode.KeepAliveTimeout);
        watch.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(1.2)).And.BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_client_notices_a_server_that_no_longer_answers()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new MqttClientFactory().CreateMqttClient();
        var end = new TaskCompletionSource<MqttClientDisconnectedEventArgs>();
        client.DisconnectedAsync += ended =>
        {
            end.TrySetResult(ended);
            return Task.CompletedTask;
        };
        var connecting = client.ConnectAsync(BrokerFixture.OptionsFor(((System.Net.IPEndPoint)listener.LocalEndpoint).Port, "client")
            .WithKeepAlivePeriod(TimeSpan.FromSeconds(1)).WithTimeout(TimeSpan.FromSeconds(1)).Build());
        using var tcp = await listener.AcceptTcpClientAsync();
        using var server = new PacketChannel(tcp.GetStream());
        await server.ReadAsync(default);
        server.Send(new ConnAckPacket());
        await connecting;
        var waiting = client.PublishAsync(BrokerFixture.Message("a", "x"), new CancellationTokenSource(_patience).Token);

        (await end.Task.WaitAsync(_patience)).Exception.Should().BeOfType<MqttCommunicationTimedOutException>();
        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<MqttClientDisconnectedException>();
        client.IsConnected.Should().BeFalse();
    }
}
