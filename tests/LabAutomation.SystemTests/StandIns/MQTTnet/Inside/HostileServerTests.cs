using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class HostileServerTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private static Task<MqttClientDisconnectedEventArgs> EndOf(IMqttClient client)
    {
        var end = new TaskCompletionSource<MqttClientDisconnectedEventArgs>();
        client.DisconnectedAsync += ended =>
        {
            end.TrySetResult(ended);
            return Task.CompletedTask;
        };
        return end.Task.WaitAsync(_patience);
    }

    [Fact]
    public async Task A_violation_of_the_server_ends_the_connection_with_the_reason()
    {
        var found = new List<string>();
        foreach (var (what, bytes, reason) in Violations.OfServer)
        {
            using var server = new ScriptedServer();
            using var client = new MqttClientFactory().CreateMqttClient();
            client.ApplicationMessageReceivedAsync += received =>
            {
                received.AutoAcknowledge = false;
                return Task.CompletedTask;
            };
            var end = EndOf(client);
            await server.WelcomeAsync(client, options => options.WithTopicAliasMaximum(10).WithMaximumPacketSize(1_000_000).WithReceiveMaximum(2));
            var waiting = client.SubscribeAsync("a");

            server.SendBytes(Violations.Parse(bytes));

            var farewell = await server.FindAsync<DisconnectPacket>();
            if (farewell?.ReasonCode != reason) found.Add($"{what}: {farewell?.ReasonCode} instead of {reason}");
            (await end).Exception.Should().BeAssignableTo<MqttProtocolViolationException>(what);
            await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<MqttCommunicationException>(what);
            client.IsConnected.Should().BeFalse();
        }

        found.Should().BeEmpty();
    }

    [Theory]
    [InlineData("an answer that is none", "30 04 0001 61 00")]
    [InlineData("CONNACK with flags", "20 03 02 00 00")]
    [InlineData("CONNACK with a reason of its own making", "20 03 00 01 00")]
    [InlineData("CONNACK that refuses a session it has", "20 03 01 87 00")]
    [InlineData("CONNACK with a property of CONNECT", "20 05 00 00 02 1900")]
    [InlineData("CONNACK with maximum QoS 2", "20 05 00 00 02 2402")]
    [InlineData("CONNACK with receive maximum 0", "20 06 00 00 03 210000")]
    [InlineData("CONNACK that is cut", "20 01 00")]
    [InlineData("a second language", "48 54 54 50")]
    public async Task A_wrong_answer_to_CONNECT_is_a_failure_to_connect(string what, string bytes)
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new MqttClientFactory().CreateMqttClient();
        var connecting = client.ConnectAsync(BrokerFixture.OptionsFor(((System.Net.IPEndPoint)listener.LocalEndpoint).Port, "client").Build());
        using var tcp = await listener.AcceptTcpClientAsync();

        tcp.GetStream().Write(Violations.Parse(bytes));
        tcp.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        await FluentActions.Awaiting(() => connecting.WaitAsync(_patience)).Should().ThrowAsync<MqttConnectingFailedException>(what);
        client.IsConnected.Should().BeFalse();
    }

    [Fact]
    public async Task A_server_of_MQTT_3_1_1_may_not_say_goodbye()
    {
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        var end = EndOf(client);
        await server.WelcomeAsync(client, options => options.WithProtocolVersion(MqttProtocolVersion.V311));

        server.SendBytes([0xE0, 0]);

        (await end).Exception.Should().BeAssignableTo<MqttProtocolViolationException>();
        (await server.ReadAsync()).Should().BeNull("MQTT 3.1.1 knows no reasons");
    }

    [Fact]
    public async Task A_packet_that_the_server_does_not_accept_is_refused_before_it_is_sent()
    {
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        await server.WelcomeAsync(client, answer: new ConnAckPacket { Properties = new PacketProperties { MaximumPacketSize = 100 } });

        foreach (var quality in Enum.GetValues<MqttQualityOfServiceLevel>())
        {
            var act = () => client.PublishAsync(BrokerFixture.Message("a", new string('x', 100), quality));
            await act.Should().ThrowAsync<MqttProtocolViolationException>();
        }

        var small = client.PublishAsync(BrokerFixture.Message("a", "x"));
        server.Send(new AckPacket(MqttControlPacketType.PubAck, (await server.ReadAsync<PublishPacket>()).PacketId));
        (await small.WaitAsync(_patience)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task A_server_that_accepts_nothing_does_not_keep_the_client_from_noticing_its_fault()
    {
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        var end = EndOf(client);
        await server.WelcomeAsync(client, answer: new ConnAckPacket { Properties = new PacketProperties { MaximumPacketSize = 1 } });

        server.SendBytes([0, 0]);

        (await end).Exception.Should().BeAssignableTo<MqttProtocolViolationException>();
    }
}
