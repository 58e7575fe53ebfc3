using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>Which QoS 2 messages the broker remembers until they are released, and which acknowledgement ends which exchange.</summary>
public sealed class ReceiptTests
{
    private static PublishPacket Publish(ushort id, string text, bool duplicate = false) =>
        new() { Topic = "a", PacketId = id, Quality = MqttQualityOfServiceLevel.ExactlyOnce, Duplicate = duplicate, Payload = System.Text.Encoding.UTF8.GetBytes(text) };

    [Fact]
    public async Task The_identifier_of_a_refused_message_can_be_used_for_another_one()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.InterceptingPublishAsync += publish =>
        {
            if (publish.ApplicationMessage.ConvertPayloadToString() == "bad") publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            return Task.CompletedTask;
        });
        var subscriber = await broker.ConnectAsync("subscriber");
        var inbox = new Inbox(subscriber);
        await subscriber.SubscribeAsync("a");
        using var publisher = await broker.DialAsync();
        await publisher.ConnectAsync("publisher");

        publisher.Send(Publish(5, "bad"));
        (await publisher.ReadAsync<AckPacket>()).ReasonCode.Should().Be((byte)MqttPubAckReasonCode.NotAuthorized);
        publisher.Send(Publish(5, "good"));
        (await publisher.ReadAsync<AckPacket>()).ReasonCode.Should().Be(0);

        string? text;
        do text = await inbox.NextTextAsync();
        while (text == "bad");
        text.Should().Be("good");
    }

    [Fact]
    public async Task A_message_that_an_interceptor_keeps_to_itself_is_released_like_any_other_and_asked_about_once()
    {
        var asked = 0;
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.InterceptingPublishAsync += publish =>
        {
            asked++;
            publish.ProcessPublish = false;
            return Task.CompletedTask;
        });
        using var publisher = await broker.DialAsync();
        await publisher.ConnectAsync("publisher");

        publisher.Send(Publish(5, "x"));
        (await publisher.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubRec, ReasonCode = (byte)0 });
        publisher.Send(Publish(5, "x", duplicate: true));
        (await publisher.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubRec, ReasonCode = (byte)0 });
        publisher.Send(new AckPacket(MqttControlPacketType.PubRel, 5));

        (await publisher.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubComp, ReasonCode = (byte)0 });
        asked.Should().Be(1);
    }

    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce, MqttControlPacketType.PubRec, 0)]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce, MqttControlPacketType.PubRec, 0x80)]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce, MqttControlPacketType.PubComp, 0)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce, MqttControlPacketType.PubAck, 0)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce, MqttControlPacketType.PubComp, 0)]
    public async Task An_acknowledgement_of_another_kind_is_a_protocol_error_and_the_message_stays(MqttQualityOfServiceLevel quality, MqttControlPacketType kind, byte code)
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        using var confused = await broker.DialAsync();
        await confused.ConnectAsync("subscriber", expiry: 60);
        await confused.SubscribeAsync("a");
        await broker.Server.InjectApplicationMessage("a", "x", quality);
        var message = await confused.ReadAsync<PublishPacket>();

        confused.Send(new AckPacket(kind, message.PacketId, code));

        (await confused.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.ProtocolError);
        using var again = await broker.DialAsync();
        await again.ConnectAsync("subscriber", expiry: 60);
        (await again.ReadAsync<PublishPacket>()).Should().BeEquivalentTo(new { message.PacketId, Duplicate = true });
    }
}
