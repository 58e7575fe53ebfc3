using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class RetainedMessageTests
{
    [Fact]
    public async Task A_late_subscriber_gets_the_last_retained_message_of_each_topic()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var publisher = await broker.ConnectAsync("publisher");
        await publisher.PublishAsync(BrokerFixture.Message("a/state", "old", retain: true));
        await publisher.PublishAsync(BrokerFixture.Message("a/state", "new", retain: true));
        var late = await broker.ConnectAsync("late");
        var inbox = new Inbox(late);

        await late.SubscribeAsync("a/#");
        await publisher.PublishAsync(BrokerFixture.Message("a/state", "live", retain: true));

        var retained = await inbox.NextAsync();
        retained.ConvertPayloadToString().Should().Be("new");
        retained.Retain.Should().BeTrue();
        var live = await inbox.NextAsync();
        live.ConvertPayloadToString().Should().Be("live");
        live.Retain.Should().BeFalse();
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_retained_message_is_gone_when_it_has_expired()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var publisher = await broker.ConnectAsync("publisher");
        await publisher.PublishAsync(new MqttApplicationMessageBuilder()
            .WithTopic("short").WithPayload("x").WithRetainFlag().WithMessageExpiryInterval(1).Build());
        await publisher.PublishAsync(BrokerFixture.Message("long", "y", retain: true));
        (await broker.Server.GetRetainedMessagesAsync()).Should().HaveCount(2);

        await Task.Delay(1300);
        var inbox = new Inbox(publisher);
        await publisher.SubscribeAsync("#");

        (await inbox.NextAsync()).Topic.Should().Be("long");
        await inbox.StaysEmptyAsync();
        (await broker.Server.GetRetainedMessagesAsync()).Should().ContainSingle();
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_message_that_waited_longer_than_its_expiry_is_not_delivered()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var client = await broker.ConnectAsync("client", options => options.WithSessionExpiryInterval(60));
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.AtLeastOnce);
        await client.DisconnectAsync();
        var publisher = await broker.ConnectAsync("publisher");
        await publisher.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("a").WithPayload("stale").WithMessageExpiryInterval(1)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build());
        await publisher.PublishAsync(BrokerFixture.Message("a", "fresh"));
        await Task.Delay(1300);

        var again = broker.NewClient();
        var inbox = new Inbox(again);
        await again.ConnectAsync(broker.Options("client").WithCleanStart(false).WithSessionExpiryInterval(60).Build());

        (await inbox.NextTextAsync()).Should().Be("fresh");
    }

    [Fact]
    public async Task An_empty_retained_message_clears_its_topic_and_both_changes_are_announced()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var changes = new List<(string Topic, int Stored)>();
        broker.Server.RetainedMessageChangedAsync += change =>
        {
            changes.Add((change.ChangedRetainedMessage.Topic, change.StoredRetainedMessages.Count));
            return Task.CompletedTask;
        };
        var client = await broker.ConnectAsync("client");

        await client.PublishAsync(BrokerFixture.Message("a", "x", retain: true));
        await client.PublishAsync(BrokerFixture.Message("a", "", retain: true));

        changes.Should().Equal(("a", 1), ("a", 0));
        (await broker.Server.GetRetainedMessageAsync("a")).Should().BeNull();
    }

    [Fact]
    public async Task A_subscription_says_whether_it_wants_retained_messages()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.PublishAsync(BrokerFixture.Message("a", "x", retain: true));

        await client.SubscribeAsync(new MqttTopicFilterBuilder().WithTopic("a").WithRetainHandling(MqttRetainHandling.DoNotSendOnSubscribe).Build());
        await inbox.StaysEmptyAsync(100);
        await client.SubscribeAsync(new MqttTopicFilterBuilder().WithTopic("a").WithRetainHandling(MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly).Build());
        await inbox.StaysEmptyAsync(100);
        await client.SubscribeAsync(new MqttTopicFilterBuilder().WithTopic("a").Build());

        (await inbox.NextTextAsync()).Should().Be("x");
    }

    [Fact]
    public async Task The_program_loads_retained_messages_at_the_start()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.LoadingRetainedMessageAsync += loading =>
        {
            loading.LoadedRetainedMessages.Add(BrokerFixture.Message("a", "from disk", retain: true));
            return Task.CompletedTask;
        });
        var client = await broker.ConnectAsync("client");
        var inbox = new Inbox(client);

        await client.SubscribeAsync("a");

        (await inbox.NextTextAsync()).Should().Be("from disk");
    }
}
