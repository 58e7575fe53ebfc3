using System.Diagnostics;
using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class WillTests
{
    private static void WithWill(MqttClientOptionsBuilder options, uint delay = 0, uint expiry = 0) => options
        .WithWillTopic("a/liveness").WithWillPayload("offline").WithWillRetain().WithWillDelayInterval(delay)
        .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
        .WithWillUserProperty("epoch", Encoding.UTF8.GetBytes("7"))
        .WithSessionExpiryInterval(expiry);

    private static async Task<Inbox> ListenAsync(BrokerFixture broker)
    {
        var client = await broker.ConnectAsync("listener");
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a/#", MqttQualityOfServiceLevel.AtLeastOnce);
        return inbox;
    }

    [Fact]
    public async Task A_client_that_vanishes_sends_its_will_with_its_headers()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var inbox = await ListenAsync(broker);
        var client = await broker.ConnectAsync("client", options => WithWill(options));

        client.Dispose();

        var will = await inbox.NextAsync();
        will.ConvertPayloadToString().Should().Be("offline");
        will.UserProperties.Single().ReadValueAsString().Should().Be("7");
        (await broker.Server.GetRetainedMessageAsync("a/liveness")).Should().NotBeNull();
    }

    [Fact]
    public async Task A_client_that_leaves_normally_takes_its_will_with_it()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var inbox = await ListenAsync(broker);
        var client = await broker.ConnectAsync("client", options => WithWill(options));

        await client.DisconnectAsync();

        await inbox.StaysEmptyAsync();
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_client_may_leave_and_have_its_will_sent()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var inbox = await ListenAsync(broker);
        var client = await broker.ConnectAsync("client", options => WithWill(options));

        await client.DisconnectAsync(MqttClientDisconnectOptionsReason.DisconnectWithWillMessage);

        (await inbox.NextTextAsync()).Should().Be("offline");
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_delayed_will_is_sent_after_its_delay()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var inbox = await ListenAsync(broker);
        var client = await broker.ConnectAsync("client", options => WithWill(options, delay: 1, expiry: 60));
        var watch = Stopwatch.StartNew();

        client.Dispose();

        (await inbox.NextTextAsync()).Should().Be("offline");
        watch.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.9)).And.BeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_client_that_is_back_in_time_stops_its_delayed_will()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var inbox = await ListenAsync(broker);
        var client = await broker.ConnectAsync("client", options => WithWill(options, delay: 1, expiry: 60));

        client.Dispose();
        await broker.ConnectAsync("client", options => options.WithCleanStart(false).WithSessionExpiryInterval(60));

        await inbox.StaysEmptyAsync(1500);
    }

    [Fact]
    public async Task A_delayed_will_is_sent_at_once_when_the_session_ends_with_the_connection()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var inbox = await ListenAsync(broker);
        var client = await broker.ConnectAsync("client", options => WithWill(options, delay: 60, expiry: 0));

        client.Dispose();

        (await inbox.NextTextAsync()).Should().Be("offline");
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_client_that_is_replaced_sends_its_will_before_the_new_one_is_welcomed()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var inbox = await ListenAsync(broker);
        await broker.ConnectAsync("client", options => WithWill(options));

        var second = await broker.ConnectAsync("client", options => WithWill(options));
        await second.PublishAsync(BrokerFixture.Message("a/liveness", "online", retain: true));

        (await inbox.TakeAsync(2)).Should().Equal("offline", "online");
    }
}
