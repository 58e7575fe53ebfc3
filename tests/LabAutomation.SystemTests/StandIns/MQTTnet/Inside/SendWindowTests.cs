using System.Runtime.CompilerServices;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class SendWindowTests
{
    [Fact]
    public async Task A_message_given_up_while_it_waited_for_room_is_not_kept_nor_sent()
    {
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        await server.WelcomeAsync(client, options => options.WithNoKeepAlive(), new ConnAckPacket { Properties = new PacketProperties { ReceiveMaximum = 1 } });
        var first = client.PublishAsync(BrokerFixture.Message("a", "first"));
        var sent = await server.ReadAsync<PublishPacket>();

        var payloads = new List<WeakReference>();
        for (var i = 0; i < 20; i++) payloads.Add(await GiveUpAsync(client));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        // The last one may still be named by a frame that has not been left.
        payloads.Count(payload => payload.IsAlive).Should().BeLessThanOrEqualTo(1);
        var last = client.PublishAsync(BrokerFixture.Message("a", "last"));
        server.Send(new AckPacket(MqttControlPacketType.PubAck, sent.PacketId));
        await first;
        var next = await server.ReadAsync<PublishPacket>();
        next.Payload.ToArray().Should().Equal("last"u8.ToArray());
        server.Send(new AckPacket(MqttControlPacketType.PubAck, next.PacketId));
        (await last).IsSuccess.Should().BeTrue();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> GiveUpAsync(IMqttClient client)
    {
        var payload = new byte[100_000];
        var message = new MqttApplicationMessage { Topic = "a", PayloadSegment = payload, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce };
        using var patience = new CancellationTokenSource();
        var publishing = client.PublishAsync(message, patience.Token);
        await patience.CancelAsync();
        await FluentActions.Awaiting(() => publishing).Should().ThrowAsync<MqttCommunicationTimedOutException>();
        return new WeakReference(payload);
    }
}
