using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class BusyBrokerTests
{
    [Fact]
    public async Task The_time_an_interceptor_takes_is_not_the_silence_of_the_client()
    {
        var mayGoOn = new TaskCompletionSource();
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.InterceptingPublishAsync += _ => mayGoOn.Task);
        using var client = await broker.DialAsync();
        await client.ConnectAsync("client", keepAlive: 1);
        client.Send(new PublishPacket { Topic = "a", PacketId = 1, Quality = MqttQualityOfServiceLevel.AtLeastOnce });
        for (var i = 0; i < 5; i++)
        {
            await Task.Delay(500);
            client.Send(PingReqPacket.Instance);
        }

        mayGoOn.SetResult();

        (await client.ReadAsync<AckPacket>()).Kind.Should().Be(MqttControlPacketType.PubAck);
        for (var i = 0; i < 5; i++) await client.ReadAsync<PingRespPacket>();
        (await client.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.KeepAliveTimeout, "from then on it is silent");
    }
}
