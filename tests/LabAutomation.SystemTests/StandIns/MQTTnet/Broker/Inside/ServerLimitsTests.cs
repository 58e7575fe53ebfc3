using System.Collections;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;
using InnerBroker = MQTTnet.Server.Broker;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>What clients can fill ends somewhere, and those who were there before are served on.</summary>
[Collection(nameof(MemoryMeasured))]
public sealed class ServerLimitsTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private static async Task<byte> RetainAsync(RawClient client, string topic, int size)
    {
        client.Send(new PublishPacket { Topic = topic, PacketId = 1, Quality = MqttQualityOfServiceLevel.AtLeastOnce, Retain = true, Payload = new byte[size] });
        return (await client.ReadAsync<AckPacket>()).ReasonCode;
    }

    private static Task<byte[]> SubscribeAsync(RawClient client, IEnumerable<string> filters)
    {
        client.Send(new SubscribePacket { PacketId = 1, Filters = [.. filters.Select(filter => new MqttTopicFilter { Topic = filter })] });
        return ReadAsync();

        async Task<byte[]> ReadAsync() => (await client.ReadAsync<FilterAckPacket>()).ReasonCodes;
    }

    [Fact]
    public async Task Retained_messages_hold_256_MiB_in_all_and_a_smaller_one_in_the_place_of_a_larger_still_goes()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var payload = new byte[8 * 1024 * 1024];
        for (var i = 0; i < 31; i++)
        {
            await broker.Server.InjectApplicationMessage(new InjectedMqttApplicationMessage(
                new MqttApplicationMessage { Topic = $"{i}", PayloadSegment = payload, Retain = true }));
        }

        using var client = await broker.DialAsync();
        await client.ConnectAsync("client");

        (await RetainAsync(client, "new", payload.Length)).Should().Be((byte)MqttPubAckReasonCode.QuotaExceeded);
        (await RetainAsync(client, "small", 1000)).Should().BeLessThan(0x80);
        (await RetainAsync(client, "0", 0)).Should().BeLessThan(0x80);
        (await RetainAsync(client, "new", payload.Length)).Should().BeLessThan(0x80);
    }

    [Fact]
    public async Task Retained_messages_have_100_000_topics_at_most()
    {
        await using var broker = await BrokerFixture.StartAsync();
        for (var i = 0; i < ServerLimits.RetainedTopics; i++) await broker.Server.InjectApplicationMessage($"{i}", "x", retain: true);
        using var client = await broker.DialAsync();
        await client.ConnectAsync("client");

        (await RetainAsync(client, "new", 1)).Should().Be((byte)MqttPubAckReasonCode.QuotaExceeded);
        (await RetainAsync(client, "0", 1)).Should().BeLessThan(0x80);
    }

    [Fact]
    public async Task A_session_has_10_000_filters_at_most()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await broker.DialAsync();
        await client.ConnectAsync("client");
        (await SubscribeAsync(client, Enumerable.Range(0, ServerLimits.FiltersPerSession).Select(i => $"{i}"))).Should().OnlyContain(code => code == 0);

        (await SubscribeAsync(client, ["new", "0"])).Should().Equal(0x97, 0);
    }

    [Fact]
    public async Task The_filters_of_a_session_have_4_Mi_characters_at_most()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var client = await broker.DialAsync();
        await client.ConnectAsync("client");

        var codes = await SubscribeAsync(client, Enumerable.Range(0, 100).Select(i => $"{i:D2}{new string('x', 60_000)}"));

        codes.Count(code => code == 0).Should().Be(69);
        codes.Count(code => code == 0x97).Should().Be(31);
    }

    [Fact]
    public async Task A_packet_with_more_than_20_000_filters_ends_its_connection()
    {
        await using var broker = await BrokerFixture.StartAsync();
        foreach (var packet in new Packet[]
        {
            new SubscribePacket { PacketId = 1, Filters = [.. Enumerable.Range(0, 20_001).Select(i => new MqttTopicFilter { Topic = $"{i}" })] },
            new UnsubscribePacket { PacketId = 1, Filters = [.. Enumerable.Range(0, 20_001).Select(i => $"{i}")] },
        })
        {
            using var client = await broker.DialAsync();
            await client.ConnectAsync("client");
            client.Send(packet);

            (await client.ReadAsync<DisconnectPacket>()).ReasonCode.Should().Be(MqttDisconnectReasonCode.QuotaExceeded);
        }
    }

    [Fact]
    public void There_are_20_000_sessions_at_most_and_those_can_be_taken_up_again()
    {
        var broker = new InnerBroker(new MqttServerOptions { EnablePersistentSessions = true }, new ServerEvents(), TimeProvider.System);
        using var channel = new PacketChannel(Stream.Null);

        for (var i = 0; i < ServerLimits.Sessions; i++) Attach($"{i}").Should().BeTrue();

        Attach("new").Should().BeFalse();
        Attach("0").Should().BeTrue();

        bool Attach(string name)
        {
            var connect = new ConnectPacket { ClientId = name, Properties = new PacketProperties { SessionExpiryInterval = 60 } };
            return broker.Attach(connect, new ClientConnection(broker, new ClientLink(Stream.Null, null, false, null), channel, connect), new Hashtable()) is not null;
        }
    }

    [Fact]
    public void What_is_remembered_of_long_topics_is_bounded()
    {
        var tree = new SubscriptionTree();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 3000; i++) tree.Match($"{i}{new string('x', 30_000)}").BySession.Should().BeEmpty();

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(8_000_000);
        GC.KeepAlive(tree);
    }

    [Fact]
    public async Task A_TLS_handshake_that_does_not_go_on_counts_as_a_connection()
    {
        var port = BrokerFixture.FreePort();
        var options = new MqttServerTlsTcpEndpointOptions
        {
            Port = port, BoundInterNetworkAddress = IPAddress.Loopback, BoundInterNetworkV6Address = IPAddress.None,
            CertificateProvider = new global::MQTTnet.Certificates.X509CertificateProvider(TestCertificate.New()),
        };
        using var listener = Listener.Open(options).Single();
        _ = listener.AcceptAsync(_ => Task.CompletedTask, () => new CancellationTokenSource(TimeSpan.FromMinutes(1)), new LinkCount(2), TimeProvider.System);
        using var first = await RawClient.DialAsync(port);
        using var second = await RawClient.DialAsync(port);
        using var third = await RawClient.DialAsync(port);

        await third.ReadEndAsync();
        first.Kill();
        await Task.Delay(300);
        using var fourth = await RawClient.DialAsync(port);
        var end = fourth.ReadEndAsync();
        await Task.Delay(300);
        end.IsCompleted.Should().BeFalse("the first one has left its place");
    }

    [Fact]
    public async Task A_listener_that_cannot_accept_rests_before_it_tries_again()
    {
        var clock = new FakeTimeProvider();
        var options = new MqttServerTcpEndpointOptions { Port = 0, BoundInterNetworkAddress = IPAddress.Loopback, BoundInterNetworkV6Address = IPAddress.None };
        using var listener = Listener.Open(options).Single();
        var tries = 0;

        var accepting = listener.AcceptAsync(
            () => ++tries <= 3 ? Task.FromException<Socket>(new SocketException((int)SocketError.TooManyOpenSockets)) : Task.FromException<Socket>(new ObjectDisposedException("")),
            _ => Task.CompletedTask, () => new CancellationTokenSource(), new LinkCount(1), clock);

        tries.Should().Be(1);
        while (!accepting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1);
        }

        tries.Should().Be(4);
        await accepting.WaitAsync(_patience);
    }
}
