using System.Globalization;
using System.Text;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>How much waits for one client: as many messages as were configured, and 64 MiB.</summary>
[Collection(nameof(MemoryMeasured))]
public sealed class PendingMessagesTests
{
    private const int MiB = 1024 * 1024;

    private static async Task<BrokerFixture> StartAsync(int pending, MqttPendingMessagesOverflowStrategy overflow, Action<MqttServer>? prepare = null)
    {
        var broker = await BrokerFixture.StartAsync(
            options => options.WithPersistentSessions().WithMaxPendingMessagesPerClient(pending).WithPendingMessagesOverflowStrategy(overflow), prepare);
        using var absent = await broker.DialAsync();
        await absent.ConnectAsync("absent", expiry: 600);
        await absent.SubscribeAsync("t", MqttQualityOfServiceLevel.AtLeastOnce);
        return broker;
    }

    private static async Task LeaveAsync(BrokerFixture broker)
    {
        while ((await broker.Server.GetClientsAsync()).Count > 0) await Task.Delay(10);
    }

    private static async Task<long> CountAsync(BrokerFixture broker) => (await broker.Server.GetSessionsAsync()).Single().PendingApplicationMessagesCount;

    private static Task InjectAsync(BrokerFixture broker, byte[] payload) => broker.Server.InjectApplicationMessage(new InjectedMqttApplicationMessage(
        new MqttApplicationMessage { Topic = "t", PayloadSegment = payload, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }));

    [Fact]
    public async Task A_hundred_thousand_messages_wait_where_so_many_were_asked_for_and_come_in_their_order()
    {
        const int total = 100_000;
        await using var broker = await StartAsync(total, MqttPendingMessagesOverflowStrategy.DropNewMessage);
        await LeaveAsync(broker);

        for (var i = 0; i <= total; i++) await InjectAsync(broker, Encoding.ASCII.GetBytes($"{i}"));

        (await CountAsync(broker)).Should().Be(total);
        using var back = await broker.DialAsync();
        await back.ConnectAsync("absent", expiry: 600);
        for (var i = 0; i < total; i++)
        {
            var message = await back.ReadAsync<PublishPacket>();
            if (int.Parse(message.Payload.Span, CultureInfo.InvariantCulture) != i) Assert.Fail($"{Encoding.ASCII.GetString(message.Payload.Span)} came instead of {i}.");
            back.Send(new AckPacket(MqttControlPacketType.PubAck, message.PacketId));
        }
    }

    [Fact]
    public async Task On_disk_as_many_messages_wait_as_there_are_identifiers()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            await using var broker = await StartAsync(
                100_000, MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage, server => server.ServerSessionItems["SessionDirectory"] = directory.FullName);
            await LeaveAsync(broker);

            for (var i = 0; i < 70_000; i += 1000) await Task.WhenAll(Enumerable.Range(i, 1000).Select(n => InjectAsync(broker, Encoding.ASCII.GetBytes($"{n}"))));

            (await CountAsync(broker)).Should().Be(ushort.MaxValue);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(MqttPendingMessagesOverflowStrategy.DropNewMessage, 0)]
    [InlineData(MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage, 37)]
    public async Task No_more_than_64_MiB_wait_however_many_messages_may(MqttPendingMessagesOverflowStrategy overflow, byte first)
    {
        await using var broker = await StartAsync(100_000, overflow);
        await LeaveAsync(broker);

        for (byte i = 0; i < 100; i++)
        {
            var payload = new byte[MiB];
            payload[0] = i;
            await InjectAsync(broker, payload);
        }

        (await CountAsync(broker)).Should().Be(63);
        using var back = await broker.DialAsync();
        await back.ConnectAsync("absent", expiry: 600);
        (await back.ReadAsync<PublishPacket>()).Payload.Span[0].Should().Be(first);
    }

    [Fact]
    public async Task A_client_that_reads_and_never_acknowledges_is_sent_no_more_than_64_MiB()
    {
        await using var broker = await StartAsync(100_000, MqttPendingMessagesOverflowStrategy.DropNewMessage);
        await LeaveAsync(broker);
        using var back = await broker.DialAsync();
        await back.ConnectAsync("absent", expiry: 600);
        var payload = new byte[MiB];
        for (var i = 0; i < 63; i++)
        {
            await InjectAsync(broker, payload);
            await back.ReadAsync<PublishPacket>();
        }

        await InjectAsync(broker, payload);
        var next = back.ReadAsync<PublishPacket>();
        await Task.Delay(300);
        next.IsCompleted.Should().BeFalse();
        back.Send(new AckPacket(MqttControlPacketType.PubAck, 1));

        (await next).Payload.Length.Should().Be(MiB);
    }
}
