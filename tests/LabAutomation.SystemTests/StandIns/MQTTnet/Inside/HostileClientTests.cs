using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class HostileClientTests
{
    public static TheoryData<string, byte[], MqttDisconnectReasonCode> Violations => new()
    {
        { "an unknown packet type", [0x00, 0x00], MqttDisconnectReasonCode.MalformedPacket },
        { "SUBSCRIBE with wrong flags", [0x80, 0x00], MqttDisconnectReasonCode.MalformedPacket },
        { "a length of five bytes", [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], MqttDisconnectReasonCode.MalformedPacket },
        { "PUBLISH with QoS 3", [0x36, 0x06, 0x00, 0x01, 0x61, 0x00, 0x01, 0x00], MqttDisconnectReasonCode.MalformedPacket },
        { "PUBLISH that ends early", [0x30, 0x02, 0x00, 0x05], MqttDisconnectReasonCode.MalformedPacket },
        { "PUBLISH with a wildcard", [0x30, 0x04, 0x00, 0x01, 0x23, 0x00], MqttDisconnectReasonCode.TopicNameInvalid },
        { "PUBLISH with a topic that is not UTF-8", [0x30, 0x04, 0x00, 0x01, 0xFF, 0x00], MqttDisconnectReasonCode.MalformedPacket },
        { "PUBLISH with topic alias 0", [0x30, 0x06, 0x00, 0x00, 0x03, 0x23, 0x00, 0x00], MqttDisconnectReasonCode.TopicAliasInvalid },
        { "PUBLISH with an alias nobody defined", [0x30, 0x06, 0x00, 0x00, 0x03, 0x23, 0x00, 0x07], MqttDisconnectReasonCode.ProtocolError },
        { "PUBLISH with packet identifier 0", [0x32, 0x06, 0x00, 0x01, 0x61, 0x00, 0x00, 0x00], MqttDisconnectReasonCode.ProtocolError },
        { "SUBSCRIBE without a filter", [0x82, 0x03, 0x00, 0x01, 0x00], MqttDisconnectReasonCode.MalformedPacket },
        { "CONNACK from a client", [0x20, 0x03, 0x00, 0x00, 0x00], MqttDisconnectReasonCode.ProtocolError },
        { "AUTH that was not agreed on", [0xF0, 0x00], MqttDisconnectReasonCode.ProtocolError },
        { "a second CONNECT", [0x10, 0x0D, 0, 4, 0x4D, 0x51, 0x54, 0x54, 5, 2, 0, 0, 0, 0, 0], MqttDisconnectReasonCode.ProtocolError },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_ends_its_connection_with_the_reason_and_nobody_elses(string violation, byte[] bytes, MqttDisconnectReasonCode reason)
    {
        await using var broker = await BrokerFixture.StartAsync();
        var bystander = await broker.ConnectAsync("bystander");
        using var hostile = await broker.DialAsync();
        await hostile.ConnectAsync("hostile");

        hostile.SendBytes(bytes);

        (await hostile.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(reason, violation);
        await hostile.ReadEndAsync();
        await bystander.PingAsync();
    }

    public static TheoryData<string, byte[]> Openings => new()
    {
        { "HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray() },
        { "PINGREQ first", [0xC0, 0x00] },
        { "an empty CONNECT", [0x10, 0x00] },
        { "CONNECT with the reserved flag", [0x10, 0x0D, 0, 4, 0x4D, 0x51, 0x54, 0x54, 5, 1, 0, 0, 0, 0, 0] },
        { "a CONNECT of 200 MB", [0x10, 0xFF, 0xFF, 0xFF, 0x5F] },
    };

    [Theory]
    [MemberData(nameof(Openings))]
    public async Task A_stream_that_does_not_begin_with_a_good_CONNECT_is_closed(string opening, byte[] bytes)
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var hostile = await broker.DialAsync();

        hostile.SendBytes(bytes);

        await hostile.ReadEndAsync();
        (await broker.ConnectAsync("client")).IsConnected.Should().BeTrue(opening);
    }

    [Fact]
    public async Task A_client_that_speaks_another_version_is_told_so_in_the_oldest_form()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var old = await broker.DialAsync();
        old.UseVersion311();

        old.SendBytes(0x10, 0x0E, 0, 6, 0x4D, 0x51, 0x49, 0x73, 0x64, 0x70, 3, 2, 0, 0, 0, 0);

        (await old.ReadAsync<ConnAckPacket>()).ReasonCode.Should().Be(MqttConnectReasonCode.UnsupportedProtocolVersion);
    }

    [Fact]
    public async Task A_client_that_accepts_no_answer_is_sent_away_and_nobody_else()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var narrow = await broker.DialAsync();
        await narrow.ConnectAsync("narrow", maximumPacketSize: 4096);

        narrow.Send(new SubscribePacket { PacketId = 1, Filters = [.. Enumerable.Range(0, 5000).Select(i => new MqttTopicFilter { Topic = $"{i}" })] });

        (await narrow.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.ImplementationSpecificError);
        (await broker.ConnectAsync("client")).IsConnected.Should().BeTrue();
    }

    [Fact]
    public async Task Random_bytes_never_stop_the_server()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var random = new Random(20);
        for (var i = 0; i < 200; i++)
        {
            using var hostile = await broker.DialAsync();
            if (i % 2 == 0) await hostile.ConnectAsync($"hostile-{i}");
            var noise = new byte[random.Next(1, 200)];
            random.NextBytes(noise);
            hostile.SendBytes(noise);
        }

        var client = await broker.ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a");
        await client.PublishAsync(BrokerFixture.Message("a", "alive"));

        (await inbox.NextTextAsync()).Should().Be("alive");
    }
}
