using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class SlowSubscriberTests
{
    [Fact]
    public async Task A_subscriber_that_never_acknowledges_holds_a_bounded_number_of_messages()
    {
        const int total = 30_000;
        await using var broker = await BrokerFixture.StartAsync(options => options.WithMaxPendingMessagesPerClient(100));
        using var subscriber = await broker.DialAsync();
        await subscriber.ConnectAsync("slow");
        await subscriber.SubscribeAsync("a", MqttQualityOfServiceLevel.AtLeastOnce);
        var dropped = 0;
        broker.Server.ApplicationMessageEnqueuedOrDroppedAsync += message =>
        {
            if (message.IsDropped) dropped++;
            return Task.CompletedTask;
        };
        var publisher = await broker.ConnectAsync("publisher");

        foreach (var batch in Enumerable.Range(0, total).Chunk(1000))
            await Task.WhenAll(batch.Select(i => publisher.PublishAsync(BrokerFixture.Message("a", i.ToString()))));

        var session = (await broker.Server.GetSessionsAsync()).Single(session => session.Id == "slow");
        session.PendingApplicationMessagesCount.Should().Be(100);
        dropped.Should().Be(total - 100 - 100, "as many messages are in flight as may wait, and every other one was dropped");
    }
}
