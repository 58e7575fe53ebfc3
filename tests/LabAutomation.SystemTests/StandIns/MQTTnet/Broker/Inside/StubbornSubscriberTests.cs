using LabAutomation.Benchmarks.House;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>A subscriber that takes what it asked for more slowly than it comes, or not at all.</summary>
[Collection(nameof(MemoryMeasured))]
public sealed class StubbornSubscriberTests
{
    private const int Messages = 30_000, Size = 1000, Pending = 500;

    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtMostOnce, MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage)]
    [InlineData(MqttQualityOfServiceLevel.AtMostOnce, MqttPendingMessagesOverflowStrategy.DropNewMessage)]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce, MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce, MqttPendingMessagesOverflowStrategy.DropNewMessage)]
    public async Task A_subscriber_that_never_reads_costs_bounded_memory_and_its_losses_are_counted(
        MqttQualityOfServiceLevel quality, MqttPendingMessagesOverflowStrategy overflow)
    {
        int queued = 0, dropped = 0;
        await using var broker = await BrokerFixture.StartAsync(
            options => options.WithMaxPendingMessagesPerClient(Pending).WithPendingMessagesOverflowStrategy(overflow),
            server => server.ApplicationMessageEnqueuedOrDroppedAsync += change =>
            {
                Interlocked.Increment(ref change.IsDropped ? ref dropped : ref queued);
                return Task.CompletedTask;
            });
        using var deaf = await broker.DialAsync();
        await deaf.ConnectAsync("deaf");
        await deaf.SubscribeAsync("t", quality);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Messages; i++)
        {
            var message = new MqttApplicationMessage { Topic = "t", PayloadSegment = new byte[Size], QualityOfServiceLevel = quality };
            await broker.Server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message));
        }

        (queued + dropped).Should().Be(Messages);
        dropped.Should().BeGreaterThan(Messages / 2);
        FaultTable.Tell(10, "messages dropped for a subscriber that never reads", dropped);
        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(10_000_000);
        (await broker.Server.GetSessionsAsync()).Single().PendingApplicationMessagesCount.Should().BeLessThanOrEqualTo(Pending);
    }

    [Theory]
    [InlineData(MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage, 20)]
    [InlineData(MqttPendingMessagesOverflowStrategy.DropNewMessage, 10)]
    public async Task Which_messages_are_left_is_what_the_strategy_says(MqttPendingMessagesOverflowStrategy overflow, int first)
    {
        await using var broker = await BrokerFixture.StartAsync(options => options
            .WithPersistentSessions().WithMaxPendingMessagesPerClient(10).WithPendingMessagesOverflowStrategy(overflow));
        using (var absent = await broker.DialAsync())
        {
            await absent.ConnectAsync("a", expiry: 60);
            await absent.SubscribeAsync("t", MqttQualityOfServiceLevel.AtLeastOnce);
        }

        while ((await broker.Server.GetClientsAsync()).Count > 0) await Task.Delay(10);
        for (var i = 10; i < 30; i++) await broker.Server.InjectApplicationMessage("t", $"{i}", MqttQualityOfServiceLevel.AtLeastOnce);
        using var back = await broker.DialAsync();
        await back.ConnectAsync("a", expiry: 60);

        for (var i = first; i < first + 10; i++)
        {
            var message = await back.ReadAsync<PublishPacket>();
            System.Text.Encoding.ASCII.GetString(message.Payload.Span).Should().Be($"{i}");
            back.Send(new AckPacket(MqttControlPacketType.PubAck, message.PacketId));
        }
    }
}
