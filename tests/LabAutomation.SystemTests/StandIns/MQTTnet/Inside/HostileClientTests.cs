using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class HostileClientTests
{
    [Fact]
    public async Task A_violation_ends_its_connection_with_the_reason_and_nobody_elses()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var bystander = await broker.ConnectAsync("bystander");
        var inbox = new Inbox(bystander);
        await bystander.SubscribeAsync("served", MqttQualityOfServiceLevel.AtLeastOnce);
        var found = new List<string>();
        foreach (var (what, bytes, reason) in Violations.OfClient)
        {
            using var hostile = await broker.DialAsync();
            await hostile.ConnectAsync("hostile");

            hostile.SendBytes(Violations.Parse(bytes));

            var farewell = await hostile.ReadAsync<DisconnectPacket>();
            if (farewell.ReasonCode != reason) found.Add($"{what}: {farewell.ReasonCode} instead of {reason}");
            await hostile.ReadEndAsync();
            await bystander.PublishAsync(BrokerFixture.Message("served", what));
            (await inbox.NextTextAsync()).Should().Be(what);
        }

        found.Should().BeEmpty();
    }

    [Fact]
    public async Task A_violation_of_MQTT_3_1_1_ends_its_connection_without_a_word()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var bystander = await broker.ConnectAsync("bystander");
        foreach (var (what, bytes) in Violations.OfClientV311)
        {
            using var hostile = await broker.DialAsync();
            hostile.UseVersion311();
            hostile.Send(new ConnectPacket { Version = MqttProtocolVersion.V311, ClientId = "hostile", CleanStart = true });
            (await hostile.ReadAsync<ConnAckPacket>()).ReasonCode.Should().Be(MqttConnectReasonCode.Success, what);

            hostile.SendBytes(Violations.Parse(bytes));

            await hostile.ReadEndAsync();
            await bystander.PingAsync();
        }
    }

    [Fact]
    public async Task A_stream_that_does_not_begin_with_a_good_CONNECT_is_closed_with_the_reason_where_its_sender_knows_reasons()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var found = new List<string>();
        foreach (var (what, bytes, reason) in Violations.Openings)
        {
            using var hostile = await broker.DialAsync();

            hostile.SendBytes(Violations.Parse(bytes));

            if (reason is not null && await hostile.ReadAsync<ConnAckPacket>() is var answer && answer.ReasonCode != reason) found.Add($"{what}: {answer.ReasonCode} instead of {reason}");
            await hostile.ReadEndAsync();
        }

        found.Should().BeEmpty();
        (await broker.ConnectAsync("client")).IsConnected.Should().BeTrue();
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
    public async Task A_reason_whose_explanation_is_too_long_for_the_client_is_told_without_it()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var narrow = await broker.DialAsync();
        await narrow.ConnectAsync("narrow", maximumPacketSize: 40);

        narrow.SendBytes(0, 0);

        var farewell = await narrow.ReadAsync<DisconnectPacket>();
        farewell.ReasonCode.Should().Be(MqttDisconnectReasonCode.MalformedPacket);
        farewell.Properties.ReasonString.Should().BeNull();
        await narrow.ReadEndAsync();
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
