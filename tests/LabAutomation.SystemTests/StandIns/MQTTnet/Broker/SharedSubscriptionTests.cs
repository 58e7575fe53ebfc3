using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

[Trait("Holds", "stand-in")]
public sealed class SharedSubscriptionTests
{
    private const string Filter = "$share/readers/plate/+";

    private static async Task<(IMqttClient Client, Inbox Inbox)> JoinAsync(BrokerFixture broker, string name, uint expiry = 0)
    {
        var client = await broker.ConnectAsync(name, options => options.WithSessionExpiryInterval(expiry));
        var inbox = new Inbox(client);
        await client.SubscribeAsync(Filter, MqttQualityOfServiceLevel.AtLeastOnce);
        return (client, inbox);
    }

    [Fact]
    public async Task The_members_of_a_group_take_turns_and_everybody_else_gets_everything()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var (_, first) = await JoinAsync(broker, "first");
        var (_, second) = await JoinAsync(broker, "second");
        var alone = await broker.ConnectAsync("alone");
        var all = new Inbox(alone);
        await alone.SubscribeAsync("plate/+", MqttQualityOfServiceLevel.AtLeastOnce);

        for (var i = 0; i < 10; i++) await alone.PublishAsync(BrokerFixture.Message("plate/a1", $"{i}"));

        (await all.TakeAsync(10)).Should().Equal(Enumerable.Range(0, 10).Select(i => $"{i}"));
        var shared = (await first.TakeAsync(5)).Concat(await second.TakeAsync(5)).ToList();
        shared.Should().BeEquivalentTo(Enumerable.Range(0, 10).Select(i => $"{i}"));
        await first.StaysEmptyAsync(100);
        await second.StaysEmptyAsync(100);
    }

    [Fact]
    public async Task Two_groups_each_get_every_message()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var (_, readers) = await JoinAsync(broker, "reader");
        var writer = await broker.ConnectAsync("writer");
        var writers = new Inbox(writer);
        await writer.SubscribeAsync("$share/writers/plate/#", MqttQualityOfServiceLevel.AtLeastOnce);

        await writer.PublishAsync(BrokerFixture.Message("plate/a1", "x"));

        (await readers.NextTextAsync()).Should().Be("x");
        (await writers.NextTextAsync()).Should().Be("x");
    }

    [Fact]
    public async Task A_retained_message_is_not_sent_to_a_new_member()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await broker.Server.InjectApplicationMessage("plate/a1", "old", MqttQualityOfServiceLevel.AtLeastOnce, retain: true);

        var (_, inbox) = await JoinAsync(broker, "reader");

        await inbox.StaysEmptyAsync();
    }

    [Fact]
    public async Task Who_has_left_the_group_gets_nothing_more()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var (leaver, left) = await JoinAsync(broker, "leaver");
        var (_, stays) = await JoinAsync(broker, "stays");

        await leaver.UnsubscribeAsync(Filter);
        for (var i = 0; i < 4; i++) await broker.Server.InjectApplicationMessage("plate/a1", $"{i}", MqttQualityOfServiceLevel.AtLeastOnce);

        (await stays.TakeAsync(4)).Should().Equal("0", "1", "2", "3");
        await left.StaysEmptyAsync(100);
    }

    [Fact]
    public async Task A_connected_member_is_preferred_and_an_absent_one_collects_where_nobody_is_connected()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var (absent, _) = await JoinAsync(broker, "absent", expiry: 60);
        var (present, inbox) = await JoinAsync(broker, "present", expiry: 60);
        await absent.DisconnectAsync();
        while ((await broker.Server.GetClientsAsync()).Count > 1) await Task.Delay(10);

        for (var i = 0; i < 4; i++) await present.PublishAsync(BrokerFixture.Message("plate/a1", $"{i}"));
        (await inbox.TakeAsync(4)).Should().Equal("0", "1", "2", "3");
        await present.DisconnectAsync();
        while ((await broker.Server.GetClientsAsync()).Count > 0) await Task.Delay(10);
        await broker.Server.InjectApplicationMessage("plate/a1", "last", MqttQualityOfServiceLevel.AtLeastOnce);

        (await broker.Server.GetSessionsAsync()).Sum(session => session.PendingApplicationMessagesCount).Should().Be(1);
    }

    [Theory]
    [InlineData("$share//plate")]
    [InlineData("$share/readers")]
    [InlineData("$share/readers/")]
    [InlineData("$share/re+/plate")]
    public async Task A_shared_filter_without_a_group_or_a_filter_is_refused(string filter)
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");

        var result = await client.SubscribeAsync(filter);

        result.Items.Should().ContainSingle().Which.ResultCode.Should().Be(MqttClientSubscribeResultCode.TopicFilterInvalid);
    }

    [Fact]
    public async Task An_interceptor_sees_the_whole_filter_and_what_it_refuses_is_not_shared()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.InterceptingSubscriptionAsync += subscription =>
        {
            if (subscription.TopicFilter.Topic != Filter) return Task.CompletedTask;

            (subscription.ProcessSubscription, subscription.Response.ReasonCode) = (false, MqttSubscribeReasonCode.NotAuthorized);
            return Task.CompletedTask;
        });

        var (_, inbox) = await JoinAsync(broker, "reader");
        await broker.Server.InjectApplicationMessage("plate/a1", "x", MqttQualityOfServiceLevel.AtLeastOnce);

        await inbox.StaysEmptyAsync(100);
    }
}
