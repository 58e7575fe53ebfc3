using System.Collections.Concurrent;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>What a client keeps from one connection to the next, and what it does not.</summary>
public sealed class ClientSessionTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly ConnAckPacket _kept = new() { SessionPresent = true };

    private static void Persistent(MqttClientOptionsBuilder options) => options.WithCleanStart(false).WithSessionExpiryInterval(60).WithNoKeepAlive();

    private static AckPacket Ack(MqttControlPacketType kind, ushort id) => new(kind, id);

    [Fact]
    public async Task Ten_thousand_messages_sent_again_across_broken_connections_are_each_delivered_once()
    {
        const int wanted = 10_000, window = 40;
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        var deliveries = new ConcurrentDictionary<string, int>();
        client.ApplicationMessageReceivedAsync += async received =>
        {
            deliveries.AddOrUpdate(received.ApplicationMessage.ConvertPayloadToString(), 1, (_, count) => count + 1);
            if (received.PacketIdentifier % 7 == 0) await Task.Yield();
        };
        var random = new Random(5);
        var underWay = new SortedDictionary<ushort, (string Text, bool IsReleased)>();
        int sent = 0, again = 0, connections = 0;

        while (again < wanted || underWay.Count > 0)
        {
            await server.WelcomeAsync(client, Persistent, connections++ == 0 ? null : _kept);
            foreach (var (id, message) in underWay) Send(id, message, duplicate: true);
            var acknowledgements = random.Next(3 * window);
            while (acknowledgements-- > 0)
            {
                while (again < wanted && underWay.Count < window) Begin();
                if (underWay.Count == 0) break;

                var ack = await server.ReadAsync<AckPacket>();
                if (ack.Kind == MqttControlPacketType.PubComp) underWay.Remove(ack.PacketId);
                else if (underWay.TryGetValue(ack.PacketId, out var message))
                {
                    underWay[ack.PacketId] = message with { IsReleased = true };
                    server.Send(Ack(MqttControlPacketType.PubRel, ack.PacketId));
                }
            }
        }

        deliveries.Should().HaveCount(sent);
        deliveries.Values.Should().OnlyContain(count => count == 1);
        connections.Should().BeGreaterThan(100);

        void Begin()
        {
            var id = (ushort)(1 + (sent % 60_000));
            underWay.Add(id, ($"{sent++}", false));
            Send(id, underWay[id], duplicate: false);
        }

        void Send(ushort id, (string Text, bool IsReleased) message, bool duplicate)
        {
            if (duplicate) again++;
            server.Send(message.IsReleased
                ? Ack(MqttControlPacketType.PubRel, id)
                : new PublishPacket
                {
                    Topic = "a", PacketId = id, Quality = MqttQualityOfServiceLevel.ExactlyOnce, Duplicate = duplicate, Payload = Encoding.UTF8.GetBytes(message.Text),
                });
        }
    }

    [Fact]
    public async Task A_message_whose_handler_outlives_its_connection_is_delivered_once()
    {
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        var came = new SemaphoreSlim(0);
        var mayEnd = new TaskCompletionSource();
        client.ApplicationMessageReceivedAsync += _ =>
        {
            came.Release();
            return mayEnd.Task;
        };
        var message = new PublishPacket { Topic = "a", PacketId = 1, Quality = MqttQualityOfServiceLevel.ExactlyOnce };
        await server.WelcomeAsync(client, Persistent);
        server.Send(message);
        (await came.WaitAsync(_patience)).Should().BeTrue();

        await server.WelcomeAsync(client, Persistent, _kept);
        server.Send(message);
        mayEnd.SetResult();

        (await server.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubRec, PacketId = 1, ReasonCode = 0 });
        (await came.WaitAsync(300)).Should().BeFalse();
    }

    [Fact]
    public async Task A_message_whose_exchange_was_cut_is_released_and_its_identifier_not_given_to_another_before()
    {
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        await server.WelcomeAsync(client, Persistent);
        var cut = client.PublishAsync(BrokerFixture.Message("a", "1", MqttQualityOfServiceLevel.ExactlyOnce));
        var first = await server.ReadAsync<PublishPacket>();

        server.Hangup();
        await FluentActions.Awaiting(() => cut.WaitAsync(_patience)).Should().ThrowAsync<MqttClientDisconnectedException>();
        await server.WelcomeAsync(client, Persistent, _kept);
        var next = client.PublishAsync(BrokerFixture.Message("a", "2", MqttQualityOfServiceLevel.ExactlyOnce));

        (await server.ReadAsync<AckPacket>()).Should().BeEquivalentTo(new { Kind = MqttControlPacketType.PubRel, first.PacketId });
        var second = await server.ReadAsync<PublishPacket>();
        second.PacketId.Should().NotBe(first.PacketId);
        server.Send(Ack(MqttControlPacketType.PubComp, first.PacketId));
        server.Send(Ack(MqttControlPacketType.PubRec, second.PacketId));
        await server.ReadAsync<AckPacket>();
        server.Send(Ack(MqttControlPacketType.PubComp, second.PacketId));
        (await next.WaitAsync(_patience)).IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task Topic_aliases_of_the_server_stand_for_their_topics_on_one_connection()
    {
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        var inbox = new Inbox(client);
        await server.WelcomeAsync(client, options => options.WithTopicAliasMaximum(1));

        server.Send(new PublishPacket { Topic = "long/topic", Properties = new PacketProperties { TopicAlias = 1 } });
        server.Send(new PublishPacket { Properties = new PacketProperties { TopicAlias = 1 } });

        (await inbox.NextAsync()).Topic.Should().Be("long/topic");
        (await inbox.NextAsync()).Topic.Should().Be("long/topic");
        await server.WelcomeAsync(client, options => options.WithTopicAliasMaximum(1));
        server.Send(new PublishPacket { Properties = new PacketProperties { TopicAlias = 1 } });
        (await server.FindAsync<DisconnectPacket>())!.ReasonCode.Should().Be(MqttDisconnectReasonCode.ProtocolError);
    }

    [Fact]
    public async Task What_waits_for_a_slow_handler_is_bounded()
    {
        const int size = 100_000, total = 1000;
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        var mayGo = new TaskCompletionSource();
        var all = new TaskCompletionSource();
        var received = 0;
        client.ApplicationMessageReceivedAsync += async _ =>
        {
            await mayGo.Task;
            if (++received == total) all.SetResult();
        };
        await server.WelcomeAsync(client, options => options.WithNoKeepAlive());
        byte[] packet = [0x30, 0xA4, 0x8D, 0x06, 0, 1, (byte)'a', 0, .. new byte[size]];
        var sent = 0L;
        var sending = Task.Run(() =>
        {
            for (var i = 0; i < total; i++)
            {
                server.SendBytes(packet);
                Interlocked.Add(ref sent, packet.Length);
            }
        });

        await Task.Delay(1500);
        Interlocked.Read(ref sent).Should().BeLessThan(40_000_000, "16 MB may wait in the client, and the rest is what the sockets hold");
        sending.IsCompleted.Should().BeFalse();
        mayGo.SetResult();

        await all.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_handler_that_asks_the_server_something_is_answered_however_much_waits_behind_it()
    {
        const int size = 100_000, total = 400;
        using var server = new ScriptedServer();
        using var client = new MqttClientFactory().CreateMqttClient();
        var answered = new TaskCompletionSource();
        client.ApplicationMessageReceivedAsync += async _ =>
        {
            if (answered.Task.IsCompleted) return;
            await Task.Delay(500);
            await client.PingAsync();
            answered.TrySetResult();
        };
        await server.WelcomeAsync(client, options => options.WithNoKeepAlive());
        byte[] packet = [0x30, 0xA4, 0x8D, 0x06, 0, 1, (byte)'a', 0, .. new byte[size]];

        await Task.Run(() =>
        {
            for (var i = 0; i < total; i++) server.SendBytes(packet);
        }).WaitAsync(TimeSpan.FromSeconds(30));
        await server.ReadAsync<PingReqPacket>();
        server.Send(PingRespPacket.Instance);

        await answered.Task.WaitAsync(_patience);
    }
}
