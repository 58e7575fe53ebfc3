using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Protocol;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>How the calls of a client end where the server does not answer.</summary>
public sealed class CallTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    public static TheoryData<string> Calls => ["publish 1", "publish 2", "subscribe", "unsubscribe", "ping"];

    private static Task Call(IMqttClient client, string call, CancellationToken cancellationToken) => call switch
    {
        "publish 1" => client.PublishAsync(BrokerFixture.Message("a", "x"), cancellationToken),
        "publish 2" => client.PublishAsync(BrokerFixture.Message("a", "x", MqttQualityOfServiceLevel.ExactlyOnce), cancellationToken),
        "subscribe" => client.SubscribeAsync("a", cancellationToken: cancellationToken),
        "unsubscribe" => client.UnsubscribeAsync("a", cancellationToken),
        "ping" => client.PingAsync(cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(call), call, "This call is not known."),
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_that_is_given_up_ends_and_the_connection_goes_on(string call)
    {
        using var server = new SilentServer();
        using var client = await server.ConnectAsync();
        using var cancellation = new CancellationTokenSource(200);

        var act = () => Call(client, call, cancellation.Token).WaitAsync(_patience);

        await act.Should().ThrowAsync<MqttCommunicationTimedOutException>();
        client.IsConnected.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_ends_when_its_client_is_disposed(string call)
    {
        using var server = new SilentServer();
        var client = await server.ConnectAsync();
        var calling = Call(client, call, CancellationToken.None);
        await Task.Delay(50);

        client.Dispose();

        await FluentActions.Awaiting(() => calling.WaitAsync(_patience)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_is_refused_before_connecting_and_after_disposing(string call)
    {
        var client = new MqttClientFactory().CreateMqttClient();

        await FluentActions.Awaiting(() => Call(client, call, CancellationToken.None)).Should().ThrowAsync<MqttClientNotConnectedException>();
        client.Dispose();
        await FluentActions.Awaiting(() => Call(client, call, CancellationToken.None)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Fact]
    public async Task Connecting_can_be_given_up()
    {
        using var server = new SilentServer(welcomes: false);
        using var client = new MqttClientFactory().CreateMqttClient();
        using var cancellation = new CancellationTokenSource(200);

        var act = () => client.ConnectAsync(BrokerFixture.OptionsFor(server.Port, "client").Build(), cancellation.Token).WaitAsync(_patience);

        await act.Should().ThrowAsync<MqttCommunicationException>();
        client.IsConnected.Should().BeFalse();
    }

    [Fact]
    public async Task Connecting_ends_when_the_client_is_disposed()
    {
        using var server = new SilentServer(welcomes: false);
        var client = new MqttClientFactory().CreateMqttClient();
        var connecting = client.ConnectAsync(BrokerFixture.OptionsFor(server.Port, "client").Build());
        await Task.Delay(100);

        client.Dispose();

        await FluentActions.Awaiting(() => connecting.WaitAsync(TimeSpan.FromSeconds(5))).Should().ThrowAsync<Exception>()
            .Where(ended => ended is MqttCommunicationException || ended is ObjectDisposedException);
    }

    [Fact]
    public async Task A_message_with_QoS_0_to_a_server_that_does_not_read_can_be_given_up()
    {
        using var server = new SilentServer(reads: false);
        using var client = await server.ConnectAsync();
        using var cancellation = new CancellationTokenSource(500);
        var message = new MqttApplicationMessageBuilder().WithTopic("a").WithPayload(new byte[64 * 1024 * 1024]).Build();

        var act = () => client.PublishAsync(message, cancellation.Token).WaitAsync(_patience);

        await act.Should().ThrowAsync<Exception>().Where(ended => ended is MqttCommunicationException || ended is OperationCanceledException);
    }

    [Fact]
    public async Task Disconnecting_from_a_silent_server_ends()
    {
        using var server = new SilentServer();
        using var client = await server.ConnectAsync();

        await client.DisconnectAsync().WaitAsync(_patience);

        client.IsConnected.Should().BeFalse();
    }

    [Fact]
    public async Task A_server_says_why_it_sends_a_client_away()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var end = new TaskCompletionSource<MqttClientDisconnectedEventArgs>();
        client.DisconnectedAsync += ended =>
        {
            end.TrySetResult(ended);
            return Task.CompletedTask;
        };

        await broker.Server.DisconnectClientAsync("client", new() { ReasonCode = MqttDisconnectReasonCode.ServerMoved, ReasonString = "to the other room" });

        var told = await end.Task.WaitAsync(_patience);
        told.Reason.Should().Be(MqttClientDisconnectReason.ServerMoved);
        told.ReasonString.Should().Be("to the other room");
        told.ClientWasConnected.Should().BeTrue();
    }

    [Fact]
    public async Task Sixteen_megabytes_come_back_as_they_went()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync("large", MqttQualityOfServiceLevel.ExactlyOnce);
        var payload = new byte[16_000_000];
        new Random(3).NextBytes(payload);

        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("large").WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.ExactlyOnce).Build());

        System.Buffers.BuffersExtensions.ToArray((await inbox.NextAsync()).Payload).AsSpan().SequenceEqual(payload).Should().BeTrue();
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_hundred_megabytes_are_refused_before_they_are_sent()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var message = new MqttApplicationMessageBuilder().WithTopic("large").WithPayload(new byte[100_000_000]).Build();

        await FluentActions.Awaiting(() => client.PublishAsync(message)).Should().ThrowAsync<MqttProtocolViolationException>();
        await client.PingAsync();
    }

    [Fact]
    public async Task A_session_that_the_server_kept_is_found_again_by_the_same_client()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var client = await broker.ConnectAsync("client", options => options.WithCleanStart(false).WithSessionExpiryInterval(60));
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        for (var round = 0; round < 5; round++)
        {
            // The last message is acknowledged after its handler has returned.
            await Task.Delay(100);
            await client.DisconnectAsync();
            for (var i = 0; i < 10; i++) await broker.Server.InjectApplicationMessage(new(BrokerFixture.Message("a", $"{round} {i}", MqttQualityOfServiceLevel.AtLeastOnce)));

            (await client.ConnectAsync(client.Options)).IsSessionPresent.Should().BeTrue();

            (await inbox.TakeAsync(10)).Should().Equal(Enumerable.Range(0, 10).Select(i => $"{round} {i}"));
        }
    }
}
