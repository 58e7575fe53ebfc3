using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class AcknowledgementTests
{
    [Fact]
    public async Task An_application_may_acknowledge_later()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var inFlight = new TaskCompletionSource<MqttApplicationMessageReceivedEventArgs>();
        var client = await broker.ConnectAsync("client", options => options.WithSessionExpiryInterval(60));
        client.ApplicationMessageReceivedAsync += received =>
        {
            received.AutoAcknowledge = false;
            inFlight.TrySetResult(received);
            return Task.CompletedTask;
        };
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.AtLeastOnce);
        await client.PublishAsync(BrokerFixture.Message("a", "x"));

        var message = await inFlight.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await message.AcknowledgeAsync(default);
        var again = () => message.AcknowledgeAsync(default);

        await again.Should().ThrowAsync<InvalidOperationException>();
        await client.DisconnectAsync();
        client = await broker.ConnectAsync("client", options => options.WithCleanStart(false).WithSessionExpiryInterval(60));
        await new Inbox(client).StaysEmptyAsync();
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_message_that_was_not_acknowledged_comes_again_with_the_session()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var came = new TaskCompletionSource();
        var client = await broker.ConnectAsync("client", options => options.WithSessionExpiryInterval(60));
        client.ApplicationMessageReceivedAsync += received =>
        {
            received.ProcessingFailed = true;
            came.TrySetResult();
            return Task.CompletedTask;
        };
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        await broker.Server.InjectApplicationMessage("a", "x", MqttQualityOfServiceLevel.ExactlyOnce);
        await came.Task.WaitAsync(TimeSpan.FromSeconds(10));
        client.Dispose();

        var second = broker.NewClient();
        var inbox = new Inbox(second);
        var result = await second.ConnectAsync(broker.Options("client").WithCleanStart(false).WithSessionExpiryInterval(60).Build());

        result.IsSessionPresent.Should().BeTrue();
        var message = await inbox.NextAsync();
        message.Dup.Should().BeTrue();
        await inbox.StaysEmptyAsync();
    }

    [Fact]
    public async Task MQTT_3_1_1_carries_every_quality()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("old", options => options.WithProtocolVersion(MqttProtocolVersion.V311));
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);

        for (var quality = 0; quality <= 2; quality++) await client.PublishAsync(BrokerFixture.Message("a", $"{quality}", (MqttQualityOfServiceLevel)quality));
        await client.UnsubscribeAsync("a");

        (await inbox.TakeAsync(3)).Should().Equal("0", "1", "2");
        var act = () => client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("a").WithContentType("text/plain").Build());
        await act.Should().ThrowAsync<NotSupportedException>();
    }
}
