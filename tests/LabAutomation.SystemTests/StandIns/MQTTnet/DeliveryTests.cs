using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class DeliveryTests
{
    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtMostOnce)]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce)]
    public async Task A_message_arrives_once_with_every_header(MqttQualityOfServiceLevel quality)
    {
        await using var broker = await BrokerFixture.StartAsync();
        var subscriber = await broker.ConnectAsync("subscriber");
        var inbox = new Inbox(subscriber);
        var publisher = await broker.ConnectAsync("publisher");
        await subscriber.SubscribeAsync(new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter("lab/+/cmd", quality).WithSubscriptionIdentifier(7).Build());

        var result = await publisher.PublishAsync(new MqttApplicationMessageBuilder()
            .WithTopic("lab/hotplate/cmd").WithPayload("{}").WithQualityOfServiceLevel(quality)
            .WithContentType("application/json").WithResponseTopic("lab/reply").WithCorrelationData([1, 2, 3])
            .WithMessageExpiryInterval(60).WithPayloadFormatIndicator(MqttPayloadFormatIndicator.CharacterData)
            .WithUserProperty("trace", Encoding.UTF8.GetBytes("a")).WithUserProperty("trace", Encoding.UTF8.GetBytes("b"))
            .Build());

        result.ReasonCode.Should().Be(MqttClientPublishReasonCode.Success);
        var message = await inbox.NextAsync();
        message.Topic.Should().Be("lab/hotplate/cmd");
        message.ConvertPayloadToString().Should().Be("{}");
        message.QualityOfServiceLevel.Should().Be(quality);
        message.ContentType.Should().Be("application/json");
        message.ResponseTopic.Should().Be("lab/reply");
        message.CorrelationData.Should().Equal(1, 2, 3);
        message.MessageExpiryInterval.Should().BeInRange(50, 60);
        message.PayloadFormatIndicator.Should().Be(MqttPayloadFormatIndicator.CharacterData);
        message.SubscriptionIdentifiers.Should().Equal(7u);
        message.UserProperties.Select(property => property.ReadValueAsString()).Should().Equal("a", "b");
        await inbox.StaysEmptyAsync();
    }

    [Fact]
    public async Task A_message_that_nobody_wants_says_so()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var publisher = await broker.ConnectAsync("publisher");

        var result = await publisher.PublishStringAsync("nobody/listens", "x", MqttQualityOfServiceLevel.AtLeastOnce);

        result.ReasonCode.Should().Be(MqttClientPublishReasonCode.NoMatchingSubscribers);
        result.IsSuccess.Should().BeTrue();
    }

    [Fact]
    public async Task A_thousand_messages_keep_their_order()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var subscriber = await broker.ConnectAsync("subscriber");
        var inbox = new Inbox(subscriber);
        await subscriber.SubscribeAsync("numbers", MqttQualityOfServiceLevel.AtLeastOnce);
        var publisher = await broker.ConnectAsync("publisher");

        var sent = Enumerable.Range(0, 1000).Select(i => i.ToString()).ToList();
        await Task.WhenAll(sent.Select(text => publisher.PublishStringAsync("numbers", text, MqttQualityOfServiceLevel.AtLeastOnce)));

        (await inbox.TakeAsync(1000)).Should().Equal(sent);
    }

    [Fact]
    public async Task Fifty_clients_each_get_what_is_theirs_and_what_is_for_all()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var inboxes = new List<Inbox>();
        for (var i = 0; i < 50; i++)
        {
            var client = await broker.ConnectAsync($"client-{i}");
            inboxes.Add(new Inbox(client));
            await client.SubscribeAsync("all", MqttQualityOfServiceLevel.AtLeastOnce);
            await client.SubscribeAsync($"own/{i}", MqttQualityOfServiceLevel.ExactlyOnce);
        }

        var publisher = await broker.ConnectAsync("publisher");
        await publisher.PublishStringAsync("all", "for all", MqttQualityOfServiceLevel.AtLeastOnce);
        for (var i = 0; i < 50; i++) await publisher.PublishStringAsync($"own/{i}", $"for {i}", MqttQualityOfServiceLevel.ExactlyOnce);

        for (var i = 0; i < 50; i++) (await inboxes[i].TakeAsync(2)).Should().Equal("for all", $"for {i}");
    }

    [Fact]
    public async Task A_client_gets_a_message_once_where_its_filters_overlap()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a/#");
        await client.SubscribeAsync("a/+", MqttQualityOfServiceLevel.AtLeastOnce);

        await client.PublishAsync(BrokerFixture.Message("a/b", "x"));

        (await inbox.NextAsync()).QualityOfServiceLevel.Should().Be(MqttQualityOfServiceLevel.AtLeastOnce);
        await inbox.StaysEmptyAsync();
    }

    [Fact]
    public async Task A_filter_with_no_local_hides_a_clients_own_messages()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync(new MqttTopicFilterBuilder().WithTopic("a").WithNoLocal().Build());

        await client.PublishAsync(BrokerFixture.Message("a", "own"));
        await broker.Server.InjectApplicationMessage("a", "other");

        (await inbox.NextTextAsync()).Should().Be("other");
    }

    [Fact]
    public async Task After_unsubscribing_nothing_comes()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.AtLeastOnce);

        var first = await client.UnsubscribeAsync("a");
        var second = await client.UnsubscribeAsync("a");
        await client.PublishAsync(BrokerFixture.Message("a", "x"));

        first.Items.Single().ResultCode.Should().Be(MqttClientUnsubscribeResultCode.Success);
        second.Items.Single().ResultCode.Should().Be(MqttClientUnsubscribeResultCode.NoSubscriptionExisted);
        await inbox.StaysEmptyAsync();
    }

    [Fact]
    public async Task A_handler_that_fails_does_not_stop_the_messages_after_it()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        client.ApplicationMessageReceivedAsync += received =>
            received.ApplicationMessage.ConvertPayloadToString() == "bad" ? throw new InvalidOperationException("bad") : Task.CompletedTask;
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.AtLeastOnce);

        await client.PublishAsync(BrokerFixture.Message("a", "bad"));
        await client.PublishAsync(BrokerFixture.Message("a", "good"));

        (await inbox.NextTextAsync()).Should().Be("good");
    }

    [Fact]
    public async Task Topic_aliases_stand_for_their_topics()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var subscriber = await broker.ConnectAsync("subscriber");
        var inbox = new Inbox(subscriber);
        await subscriber.SubscribeAsync("#");
        var publisher = await broker.ConnectAsync("publisher");

        await publisher.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("long/topic").WithTopicAlias(1).WithPayload("1").Build());
        await publisher.PublishAsync(new MqttApplicationMessageBuilder().WithTopicAlias(1).WithPayload("2").Build());

        (await inbox.NextAsync()).Topic.Should().Be("long/topic");
        var second = await inbox.NextAsync();
        second.Topic.Should().Be("long/topic");
        second.TopicAlias.Should().Be(0);
    }
}
