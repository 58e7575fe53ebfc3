using System.Collections.Concurrent;
using System.Text;
using LabAutomation.SystemTests.Testing;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>A broker in a process of its own that ends without warning and is started again.</summary>
[Trait("Faults", "real")]
public sealed class KilledBrokerTests : IDisposable
{
    private const int Sessions = 1000, Topics = 20, Messages = 4000, Connected = 40;

    private readonly string _directory = Directory.CreateTempSubdirectory("sessions").FullName;
    private readonly int _port = BrokerFixture.FreePort();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_thousand_sessions_outlive_a_killed_broker_and_no_acknowledged_message_is_lost()
    {
        var acknowledged = new ConcurrentBag<(int Topic, string Text)>();
        var seen = Enumerable.Range(0, Sessions).Select(_ => new ConcurrentDictionary<string, bool>()).ToArray();
        using (var host = BrokerHost.Start(_port, _directory))
        {
            for (var i = 0; i < Sessions; i++)
            {
                var client = await JoinAsync(i);
                await client.SubscribeAsync($"load/{i % Topics}", MqttQualityOfServiceLevel.AtLeastOnce);
                if (i >= Connected) client.Dispose();
                else _ = ReadAsync(client, seen[i]);
            }

            var publishers = Enumerable.Range(0, 2).Select(half => PublishAsync(half, acknowledged)).ToArray();
            while (acknowledged.Count < Messages / 2) await Task.Delay(5);
            host.Kill();
            await Task.WhenAll(publishers);
        }

        acknowledged.Count.Should().BeInRange(Messages / 2, Messages - 1, "the broker was killed while messages were on their way");
        using var again = BrokerHost.Start(_port, _directory);
        var expected = acknowledged.GroupBy(message => message.Topic).ToDictionary(group => group.Key, group => group.Select(message => message.Text).ToList());
        for (var i = 0; i < Sessions; i++)
        {
            using var client = await RawClient.DialAsync(_port);
            (await client.ConnectAsync(NameOf(i), expiry: 3600)).SessionPresent.Should().BeTrue($"session {i} was there");
            while (expected[i % Topics].Exists(text => !seen[i].ContainsKey(text))) await ReadOneAsync(client, seen[i]);
        }
    }

    [Fact]
    public async Task Ten_thousand_QoS_2_retransmissions_over_reconnects_and_a_killed_broker_deliver_each_message_once()
    {
        const int rounds = 10, each = 100, again = 10;
        var delivered = new List<string>();
        var host = BrokerHost.Start(_port, _directory);
        try
        {
            using (var subscriber = await RawClient.DialAsync(_port))
            {
                await subscriber.ConnectAsync("subscriber", expiry: 3600);
                await subscriber.SubscribeAsync("a");
            }

            var open = new HashSet<ushort>();
            for (var round = 0; round < rounds; round++)
            {
                for (var time = 0; time <= again; time++)
                {
                    using var publisher = await RawClient.DialAsync(_port);
                    await publisher.ConnectAsync("publisher", expiry: 3600);
                    for (ushort id = 1; id <= each; id++) publisher.Send(Message(id, $"{round}/{id}", duplicate: time > 0));
                    for (var id = 1; id <= each; id++) (await publisher.ReadAsync<AckPacket>()).Kind.Should().Be(MqttControlPacketType.PubRec);
                    if (time == again) await ReleaseAsync(publisher, each);
                    else publisher.Kill();
                    if (round != rounds / 2 || time != again / 2) continue;

                    // The subscriber has half of what it acknowledges in its hands when the broker goes.
                    using (var interrupted = await RawClient.DialAsync(_port))
                    {
                        await interrupted.ConnectAsync("subscriber", expiry: 3600);
                        await TakeAsync(interrupted, delivered, open, (round * each) + (each / 2));
                        host.Kill();
                    }

                    host.Dispose();
                    host = BrokerHost.Start(_port, _directory);
                }
            }

            using var back = await RawClient.DialAsync(_port);
            (await back.ConnectAsync("subscriber", expiry: 3600)).SessionPresent.Should().BeTrue();
            await TakeAsync(back, delivered, open, rounds * each);
            back.Send(PingReqPacket.Instance);
            while (await back.Channel.ReadAsync(default) is not PingRespPacket)
            {
            }
        }
        finally
        {
            host.Dispose();
        }

        delivered.Should().OnlyHaveUniqueItems().And.HaveCount(rounds * each);
    }

    private static string NameOf(int session) => $"session-{session}";

    private static PublishPacket Message(ushort id, string text, bool duplicate) =>
        new() { Topic = "a", PacketId = id, Quality = MqttQualityOfServiceLevel.ExactlyOnce, Duplicate = duplicate, Payload = Encoding.ASCII.GetBytes(text) };

    private static async Task ReleaseAsync(RawClient publisher, int count)
    {
        for (ushort id = 1; id <= count; id++) publisher.Send(new AckPacket(MqttControlPacketType.PubRel, id));
        for (var id = 1; id <= count; id++) (await publisher.ReadAsync<AckPacket>()).Kind.Should().Be(MqttControlPacketType.PubComp);
    }

    /// <summary>Receives as the standard asks: an identifier that is not released yet is the same message.</summary>
    private static async Task TakeAsync(RawClient client, List<string> delivered, HashSet<ushort> open, int until)
    {
        while (delivered.Count < until || open.Count > 0)
        {
            switch (await client.Channel.ReadAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(10)))
            {
                case PublishPacket message:
                    if (open.Add(message.PacketId)) delivered.Add(Encoding.ASCII.GetString(message.Payload.Span));
                    client.Send(new AckPacket(MqttControlPacketType.PubRec, message.PacketId));
                    break;
                case AckPacket { Kind: MqttControlPacketType.PubRel } release:
                    open.Remove(release.PacketId);
                    client.Send(new AckPacket(MqttControlPacketType.PubComp, release.PacketId));
                    if (delivered.Count >= until) return;
                    break;
            }
        }
    }

    private async Task<RawClient> JoinAsync(int session)
    {
        var client = await RawClient.DialAsync(_port);
        await client.ConnectAsync(NameOf(session), expiry: 3600);
        return client;
    }

    private async Task PublishAsync(int half, ConcurrentBag<(int Topic, string Text)> acknowledged)
    {
        using var client = await RawClient.DialAsync(_port);
        await client.ConnectAsync($"publisher-{half}");
        try
        {
            const int window = 10;
            for (var first = 0; first < Messages / 2; first += window)
            {
                for (var i = first; i < first + window; i++)
                {
                    var packet = new PublishPacket
                    {
                        Topic = $"load/{i % Topics}",
                        PacketId = (ushort)(i + 1),
                        Quality = MqttQualityOfServiceLevel.AtLeastOnce,
                        Payload = Encoding.ASCII.GetBytes($"{half}/{i}"),
                    };
                    client.Send(packet);
                }

                for (var i = 0; i < window; i++)
                {
                    if (await client.Channel.ReadAsync(default) is not AckPacket ack) return;

                    acknowledged.Add(((ack.PacketId - 1) % Topics, $"{half}/{ack.PacketId - 1}"));
                }
            }
        }
        catch (Exception gone) when (gone is IOException or MqttCommunicationException)
        {
            // The broker was killed; what it had not acknowledged by then it owes to nobody.
        }
    }

    private static async Task ReadAsync(RawClient client, ConcurrentDictionary<string, bool> seen)
    {
        try
        {
            while (await client.Channel.ReadAsync(default) is { } packet) Take(client, packet, seen);
        }
        catch (Exception gone) when (gone is IOException or MqttCommunicationException)
        {
            client.Dispose();
        }
    }

    private static async Task ReadOneAsync(RawClient client, ConcurrentDictionary<string, bool> seen) => Take(client, await client.ReadAsync<PublishPacket>(), seen);

    private static void Take(RawClient client, Packet packet, ConcurrentDictionary<string, bool> seen)
    {
        if (packet is not PublishPacket message) return;

        seen[Encoding.ASCII.GetString(message.Payload.Span)] = true;
        client.Send(new AckPacket(MqttControlPacketType.PubAck, message.PacketId));
    }
}
