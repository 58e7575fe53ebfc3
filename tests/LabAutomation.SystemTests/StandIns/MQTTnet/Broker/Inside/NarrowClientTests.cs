using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>Clients whose Maximum Packet Size leaves no room for explanations.</summary>
public sealed class NarrowClientTests
{
    private const uint Narrow = 60;
    private static readonly string _long = new('x', 200);

    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce, MqttControlPacketType.PubAck)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce, MqttControlPacketType.PubRec)]
    public async Task A_refusal_whose_explanation_does_not_fit_is_told_without_it(MqttQualityOfServiceLevel quality, MqttControlPacketType kind)
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.InterceptingPublishAsync += publish =>
        {
            (publish.ProcessPublish, publish.Response.ReasonCode, publish.Response.ReasonString) = (false, MqttPubAckReasonCode.NotAuthorized, _long);
            return Task.CompletedTask;
        });
        using var narrow = await broker.DialAsync();
        await narrow.ConnectAsync("narrow", maximumPacketSize: Narrow);

        narrow.Send(new PublishPacket { Topic = "a", PacketId = 7, Quality = quality });

        var answer = await narrow.ReadAsync<AckPacket>();
        answer.Should().BeEquivalentTo(new { Kind = kind, PacketId = 7, ReasonCode = (byte)MqttPubAckReasonCode.NotAuthorized });
        answer.Properties.ReasonString.Should().BeNull();
        narrow.Send(PingReqPacket.Instance);
        await narrow.ReadAsync<PingRespPacket>();
    }

    [Fact]
    public async Task A_subscription_whose_explanation_does_not_fit_is_answered_without_it()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.InterceptingSubscriptionAsync += subscription =>
        {
            subscription.Response.ReasonString = _long;
            return Task.CompletedTask;
        });
        using var narrow = await broker.DialAsync();
        await narrow.ConnectAsync("narrow", maximumPacketSize: Narrow);

        narrow.Send(new SubscribePacket { PacketId = 7, Filters = [new MqttTopicFilter { Topic = "a" }] });

        (await narrow.ReadAsync<FilterAckPacket>()).ReasonCodes.Should().Equal(0);
    }

    [Theory]
    [InlineData(MqttConnectReasonCode.Success)]
    [InlineData(MqttConnectReasonCode.NotAuthorized)]
    public async Task CONNACK_leaves_out_what_does_not_fit(MqttConnectReasonCode code)
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.ValidatingConnectionAsync += connection =>
        {
            (connection.ReasonCode, connection.ReasonString) = (code, _long);
            return Task.CompletedTask;
        });
        using var narrow = await broker.DialAsync();

        var answer = await narrow.ConnectAsync("narrow", maximumPacketSize: Narrow);

        answer.ReasonCode.Should().Be(code);
        answer.Properties.ReasonString.Should().BeNull();
    }

    [Fact]
    public async Task A_client_that_accepts_no_CONNACK_is_left_without_a_word()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var narrow = await broker.DialAsync();

        narrow.Send(new ConnectPacket { ClientId = "narrow", Properties = new PacketProperties { MaximumPacketSize = 6 } });

        await narrow.ReadEndAsync();
        (await broker.ConnectAsync("client")).IsConnected.Should().BeTrue();
    }
}
