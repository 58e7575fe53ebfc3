using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class AccessTests
{
    private static void Guard(MqttServer server)
    {
        server.ValidatingConnectionAsync += connection =>
        {
            if (connection.UserName != connection.ClientId || connection.Password != "secret") connection.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
            else connection.SessionItems["role"] = connection.UserName;
            return Task.CompletedTask;
        };
        server.InterceptingPublishAsync += publish =>
        {
            if (publish.ApplicationMessage.Topic.StartsWith($"own/{publish.SessionItems["role"]}/", StringComparison.Ordinal)) return Task.CompletedTask;

            publish.ProcessPublish = false;
            publish.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            publish.Response.ReasonString = "not yours";
            return Task.CompletedTask;
        };
        server.InterceptingSubscriptionAsync += subscription =>
        {
            if (subscription.TopicFilter.Topic.StartsWith($"own/{subscription.SessionItems["role"]}/", StringComparison.Ordinal)) return Task.CompletedTask;

            subscription.ProcessSubscription = false;
            subscription.Response.ReasonCode = MqttSubscribeReasonCode.NotAuthorized;
            return Task.CompletedTask;
        };
    }

    [Fact]
    public async Task A_wrong_password_is_a_result_and_not_a_connection()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: Guard);
        var client = broker.NewClient();

        var result = await client.ConnectAsync(broker.Options("pump").WithCredentials("pump", "wrong").Build());

        result.ResultCode.Should().Be(MqttClientConnectResultCode.BadUserNameOrPassword);
        client.IsConnected.Should().BeFalse();
        (await client.ConnectAsync(broker.Options("pump").WithCredentials("pump", "secret").Build())).ResultCode.Should().Be(MqttClientConnectResultCode.Success);
    }

    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce)]
    [Trait("Holds", "stand-in")]
    public async Task A_refused_message_tells_the_publisher_why_and_reaches_nobody(MqttQualityOfServiceLevel quality)
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: Guard);
        var stirrer = await broker.ConnectAsync("stirrer", options => options.WithCredentials("stirrer", "secret"));
        var inbox = new Inbox(stirrer);
        await stirrer.SubscribeAsync("own/stirrer/#", quality);
        var pump = await broker.ConnectAsync("pump", options => options.WithCredentials("pump", "secret"));

        var refused = await pump.PublishAsync(BrokerFixture.Message("own/stirrer/cmd", "x", quality, retain: true));
        var granted = await pump.PublishAsync(BrokerFixture.Message("own/pump/state", "x", quality));

        refused.ReasonCode.Should().Be(MqttClientPublishReasonCode.NotAuthorized);
        refused.ReasonString.Should().Be("not yours");
        refused.IsSuccess.Should().BeFalse();
        granted.IsSuccess.Should().BeTrue();
        (await broker.Server.GetRetainedMessagesAsync()).Should().BeEmpty();
        await inbox.StaysEmptyAsync();
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_refused_filter_tells_the_subscriber_and_delivers_nothing()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: Guard);
        var pump = await broker.ConnectAsync("pump", options => options.WithCredentials("pump", "secret"));
        var inbox = new Inbox(pump);
        var granted = new List<string>();
        broker.Server.ClientSubscribedTopicAsync += subscribed =>
        {
            granted.Add(subscribed.TopicFilter.Topic);
            return Task.CompletedTask;
        };

        var result = await pump.SubscribeAsync(new MqttClientSubscribeOptionsBuilder()
            .WithTopicFilter("own/stirrer/#", MqttQualityOfServiceLevel.AtLeastOnce)
            .WithTopicFilter("own/pump/#", MqttQualityOfServiceLevel.AtLeastOnce)
            .WithTopicFilter("own/pump/a+b")
            .Build());

        result.Items.Select(item => item.ResultCode).Should().Equal(
            MqttClientSubscribeResultCode.NotAuthorized,
            MqttClientSubscribeResultCode.GrantedQoS1,
            MqttClientSubscribeResultCode.TopicFilterInvalid);
        await pump.PingAsync();
        granted.Should().Equal("own/pump/#");
        var stirrer = await broker.ConnectAsync("stirrer", options => options.WithCredentials("stirrer", "secret"));
        await stirrer.PublishAsync(BrokerFixture.Message("own/stirrer/state", "x"));
        await inbox.StaysEmptyAsync();
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task An_interceptor_that_fails_lets_nothing_pass()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server =>
        {
            server.InterceptingPublishAsync += _ => throw new InvalidOperationException();
            server.InterceptingSubscriptionAsync += _ => throw new InvalidOperationException();
            server.InterceptingUnsubscriptionAsync += _ => throw new InvalidOperationException();
        });
        var client = await broker.ConnectAsync("client");

        (await client.PublishAsync(BrokerFixture.Message("a", "x"))).ReasonCode.Should().Be(MqttClientPublishReasonCode.UnspecifiedError);
        (await client.SubscribeAsync("a")).Items.Single().ResultCode.Should().Be(MqttClientSubscribeResultCode.UnspecifiedError);
        (await client.UnsubscribeAsync("a")).Items.Single().ResultCode.Should().Be(MqttClientUnsubscribeResultCode.UnspecifiedError);
        await client.PingAsync();
    }

    [Fact]
    public async Task A_publisher_whom_an_interceptor_throws_out_is_disconnected()
    {
        await using var broker = await BrokerFixture.StartAsync(prepare: server => server.InterceptingPublishAsync += publish =>
        {
            publish.CloseConnection = true;
            return Task.CompletedTask;
        });
        var client = await broker.ConnectAsync("client");
        var gone = new TaskCompletionSource<MqttClientDisconnectedEventArgs>();
        client.DisconnectedAsync += ended =>
        {
            gone.TrySetResult(ended);
            return Task.CompletedTask;
        };

        var act = () => client.PublishAsync(BrokerFixture.Message("a", "x"));

        (await act.Should().ThrowAsync<MqttClientUnexpectedDisconnectReceivedException>()).Which.ReasonCode.Should().Be(MqttDisconnectReasonCode.UnspecifiedError);
        (await gone.Task.WaitAsync(TimeSpan.FromSeconds(10))).ClientWasConnected.Should().BeTrue();
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_exception_and_an_event()
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        var failed = new TaskCompletionSource<MqttClientDisconnectedEventArgs>();
        client.DisconnectedAsync += ended =>
        {
            failed.TrySetResult(ended);
            return Task.CompletedTask;
        };

        var act = () => client.ConnectAsync(BrokerFixture.OptionsFor(BrokerFixture.FreePort(), "client").Build());

        await act.Should().ThrowAsync<MqttCommunicationException>();
        (await failed.Task.WaitAsync(TimeSpan.FromSeconds(10))).ClientWasConnected.Should().BeFalse();
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        using var client = new MqttClientFactory().CreateMqttClient();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        var act = () => client.ConnectAsync(BrokerFixture.OptionsFor(port, "client").WithTimeout(TimeSpan.FromMilliseconds(200)).Build());

        await act.Should().ThrowAsync<MqttConnectingFailedException>();
    }

    [Fact]
    public async Task Publishing_without_a_connection_says_so()
    {
        using var client = new MqttClientFactory().CreateMqttClient();

        var act = () => client.PublishStringAsync("a", "x");

        await act.Should().ThrowAsync<MqttClientNotConnectedException>();
    }
}
