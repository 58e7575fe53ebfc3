using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class ExactlyOnceTests
{
    private static PublishPacket Publish(ushort id, bool duplicate, MqttQualityOfServiceLevel quality = MqttQualityOfServiceLevel.ExactlyOnce) =>
        new() { Topic = "a", PacketId = id, Quality = quality, Duplicate = duplicate, Payload = "x"u8.ToArray() };

    private static AckPacket Ack(MqttControlPacketType kind, ushort id) => new(kind, id);

    [Fact]
    public async Task A_QoS_2_message_sent_again_before_its_release_is_distributed_once()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var subscriber = await broker.ConnectAsync("subscriber");
        var inbox = new Inbox(subscriber);
        await subscriber.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        using var publisher = await broker.DialAsync();
        await publisher.ConnectAsync("publisher");

        publisher.Send(Publish(5, duplicate: false));
        (await publisher.ReadAsync<AckPacket>()).Kind.Should().Be(MqttControlPacketType.PubRec);
        publisher.Send(Publish(5, duplicate: true));
        (await publisher.ReadAsync<AckPacket>()).Kind.Should().Be(MqttControlPacketType.PubRec);
        publisher.Send(Ack(MqttControlPacketType.PubRel, 5));
        (await publisher.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubComp, ReasonCode = (byte)0 });
        publisher.Send(Ack(MqttControlPacketType.PubRel, 5));
        (await publisher.ReadAsync<AckPacket>()).ReasonCode.Should().Be(AckPacket.NotFound);

        await inbox.NextAsync();
        await inbox.StaysEmptyAsync();
    }

    [Fact]
    public async Task A_QoS_2_message_sent_again_on_a_new_connection_is_distributed_once()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var subscriber = await broker.ConnectAsync("subscriber");
        var inbox = new Inbox(subscriber);
        await subscriber.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        using (var first = await broker.DialAsync())
        {
            await first.ConnectAsync("publisher", expiry: 60);
            first.Send(Publish(9, duplicate: false));
            await first.ReadAsync<AckPacket>();
            first.Kill();
        }

        using var second = await broker.DialAsync();
        (await second.ConnectAsync("publisher", expiry: 60)).SessionPresent.Should().BeTrue();
        second.Send(Publish(9, duplicate: true));
        await second.ReadAsync<AckPacket>();
        second.Send(Ack(MqttControlPacketType.PubRel, 9));
        await second.ReadAsync<AckPacket>();

        await inbox.NextAsync();
        await inbox.StaysEmptyAsync();
    }

    [Fact]
    public async Task The_server_sends_again_what_was_not_acknowledged_in_order_and_before_anything_new()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var publisher = await broker.ConnectAsync("publisher");
        ushort releasedId;
        using (var first = await broker.DialAsync())
        {
            await first.ConnectAsync("subscriber", expiry: 60);
            await first.SubscribeAsync("a");
            await publisher.PublishAsync(BrokerFixture.Message("a", "one", MqttQualityOfServiceLevel.ExactlyOnce));
            await publisher.PublishAsync(BrokerFixture.Message("a", "two"));
            releasedId = (await first.ReadAsync<PublishPacket>()).PacketId;
            await first.ReadAsync<PublishPacket>();
            first.Send(Ack(MqttControlPacketType.PubRec, releasedId));
            (await first.ReadAsync<AckPacket>()).Kind.Should().Be(MqttControlPacketType.PubRel);
            first.Kill();
        }

        await publisher.PublishAsync(BrokerFixture.Message("a", "three"));
        using var second = await broker.DialAsync();
        await second.ConnectAsync("subscriber", expiry: 60);

        (await second.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubRel, PacketId = releasedId });
        var two = await second.ReadAsync<PublishPacket>();
        two.Duplicate.Should().BeTrue();
        two.Payload.ToArray().Should().Equal("two"u8.ToArray());
        var three = await second.ReadAsync<PublishPacket>();
        three.Duplicate.Should().BeFalse();
        three.Payload.ToArray().Should().Equal("three"u8.ToArray());
    }

    [Fact]
    public async Task The_client_delivers_a_QoS_2_message_once_when_the_server_sends_it_again()
    {
        var port = BrokerFixture.FreePort();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        listener.Start();
        using var client = new MqttClientFactory().CreateMqttClient();
        var inbox = new Inbox(client);
        var connecting = client.ConnectAsync(BrokerFixture.OptionsFor(port, "client").Build());
        using var tcp = await listener.AcceptTcpClientAsync();
        using var server = new PacketChannel(tcp.GetStream());
        (await server.ReadAsync(default)).Should().BeOfType<ConnectPacket>();
        server.Send(new ConnAckPacket());
        await connecting;

        server.Send(Publish(3, duplicate: false));
        await inbox.NextAsync();
        (await server.ReadAsync(default)).Should().BeOfType<AckPacket>().Which.Kind.Should().Be(MqttControlPacketType.PubRec);
        server.Send(Publish(3, duplicate: true));
        (await server.ReadAsync(default)).Should().BeOfType<AckPacket>().Which.Kind.Should().Be(MqttControlPacketType.PubRec);
        server.Send(Ack(MqttControlPacketType.PubRel, 3));
        (await server.ReadAsync(default)).Should().BeOfType<AckPacket>().Which.Kind.Should().Be(MqttControlPacketType.PubComp);

        await inbox.StaysEmptyAsync();
    }

    [Fact]
    public async Task The_server_sends_no_more_than_the_receive_maximum_without_acknowledgement()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var subscriber = await broker.DialAsync();
        await subscriber.ConnectAsync("subscriber", receiveMaximum: 2);
        await subscriber.SubscribeAsync("a");
        var publisher = await broker.ConnectAsync("publisher");
        for (var i = 0; i < 3; i++) await publisher.PublishAsync(BrokerFixture.Message("a", i.ToString()));

        var first = await subscriber.ReadAsync<PublishPacket>();
        await subscriber.ReadAsync<PublishPacket>();
        var third = subscriber.ReadAsync<PublishPacket>();
        await Task.Delay(200);
        third.IsCompleted.Should().BeFalse();
        subscriber.Send(Ack(MqttControlPacketType.PubAck, first.PacketId));

        (await third).Payload.ToArray().Should().Equal("2"u8.ToArray());
    }

    [Fact]
    public async Task The_client_waits_for_the_servers_receive_maximum()
    {
        var port = BrokerFixture.FreePort();
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        listener.Start();
        using var client = new MqttClientFactory().CreateMqttClient();
        var connecting = client.ConnectAsync(BrokerFixture.OptionsFor(port, "client").Build());
        using var tcp = await listener.AcceptTcpClientAsync();
        using var server = new PacketChannel(tcp.GetStream());
        await server.ReadAsync(default);
        server.Send(new ConnAckPacket { Properties = new PacketProperties { ReceiveMaximum = 1 } });
        await connecting;

        var first = client.PublishAsync(BrokerFixture.Message("a", "1"));
        var second = client.PublishAsync(BrokerFixture.Message("a", "2"));
        var sent = (PublishPacket)(await server.ReadAsync(default))!;
        var next = server.ReadAsync(default).AsTask();
        await Task.Delay(200);
        next.IsCompleted.Should().BeFalse();
        server.Send(Ack(MqttControlPacketType.PubAck, sent.PacketId));
        server.Send(Ack(MqttControlPacketType.PubAck, ((PublishPacket)(await next)!).PacketId));

        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_message_that_is_too_large_for_its_receiver_does_not_hold_up_the_next_one()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var subscriber = await broker.DialAsync();
        await subscriber.ConnectAsync("subscriber", maximumPacketSize: 100);
        await subscriber.SubscribeAsync("a");
        var publisher = await broker.ConnectAsync("publisher");

        await publisher.PublishAsync(BrokerFixture.Message("a", new string('x', 200)));
        await publisher.PublishAsync(BrokerFixture.Message("a", "small"));

        (await subscriber.ReadAsync<PublishPacket>()).Payload.ToArray().Should().Equal("small"u8.ToArray());
    }
}
