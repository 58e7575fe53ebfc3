using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

public sealed class SessionTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private static Task<MqttClientDisconnectedEventArgs> EndOf(IMqttClient client)
    {
        var end = new TaskCompletionSource<MqttClientDisconnectedEventArgs>();
        client.DisconnectedAsync += ended =>
        {
            end.TrySetResult(ended);
            return Task.CompletedTask;
        };
        return end.Task.WaitAsync(_patience);
    }

    [Fact]
    public async Task A_second_client_with_the_same_name_replaces_the_first()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var kinds = new TaskCompletionSource<MqttClientDisconnectType>();
        broker.Server.ClientDisconnectedAsync += left =>
        {
            kinds.TrySetResult(left.DisconnectType);
            return Task.CompletedTask;
        };
        var first = await broker.ConnectAsync("client");
        var end = EndOf(first);

        var second = await broker.ConnectAsync("client");

        (await end).Reason.Should().Be(MqttClientDisconnectReason.SessionTakenOver);
        (await kinds.Task.WaitAsync(_patience)).Should().Be(MqttClientDisconnectType.Takeover);
        await second.PingAsync();
        (await broker.Server.GetClientsAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task A_session_that_is_taken_over_keeps_its_subscriptions()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var first = await broker.ConnectAsync("client", options => options.WithSessionExpiryInterval(60));
        await first.SubscribeAsync("a", MqttQualityOfServiceLevel.AtLeastOnce);
        var second = broker.NewClient();
        var inbox = new Inbox(second);

        var result = await second.ConnectAsync(broker.Options("client").WithCleanStart(false).WithSessionExpiryInterval(60).Build());
        await broker.Server.InjectApplicationMessage("a", "x");

        result.IsSessionPresent.Should().BeTrue();
        (await inbox.NextTextAsync()).Should().Be("x");
    }

    [Fact]
    public async Task A_persistent_session_collects_messages_until_its_client_is_back()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var client = await broker.ConnectAsync("client", options => options.WithSessionExpiryInterval(60));
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        await client.DisconnectAsync();
        for (var i = 0; i < 10; i++) await broker.Server.InjectApplicationMessage("a", i.ToString(), MqttQualityOfServiceLevel.AtLeastOnce);

        var again = broker.NewClient();
        var inbox = new Inbox(again);
        await again.ConnectAsync(broker.Options("client").WithCleanStart(false).WithSessionExpiryInterval(60).Build());

        (await inbox.TakeAsync(10)).Should().Equal(Enumerable.Range(0, 10).Select(i => i.ToString()));
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_session_ends_when_it_has_expired()
    {
        await using var broker = await BrokerFixture.StartAsync(options => options.WithPersistentSessions());
        var deleted = new TaskCompletionSource<string>();
        broker.Server.SessionDeletedAsync += session =>
        {
            deleted.TrySetResult(session.Id);
            return Task.CompletedTask;
        };
        var client = await broker.ConnectAsync("client", options => options.WithSessionExpiryInterval(1));
        await client.SubscribeAsync("a");
        await client.DisconnectAsync();

        (await deleted.Task.WaitAsync(_patience)).Should().Be("client");
        var again = broker.NewClient();
        (await again.ConnectAsync(broker.Options("client").WithCleanStart(false).Build())).IsSessionPresent.Should().BeFalse();
    }

    [Fact]
    public async Task Without_persistent_sessions_a_session_ends_with_its_connection()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = broker.NewClient();
        var first = await client.ConnectAsync(broker.Options("client").WithSessionExpiryInterval(60).Build());
        await client.DisconnectAsync();

        var second = await client.ConnectAsync(broker.Options("client").WithCleanStart(false).WithSessionExpiryInterval(60).Build());

        first.SessionExpiryInterval.Should().Be(0);
        second.IsSessionPresent.Should().BeFalse();
    }

    [Fact]
    public async Task A_client_keeps_its_connection_alive_by_itself()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client", options => options.WithKeepAlivePeriod(TimeSpan.FromSeconds(1)));

        await Task.Delay(2500);

        client.IsConnected.Should().BeTrue();
    }

    [Fact]
    public async Task A_stopped_server_says_so_and_a_client_may_connect_again_when_it_is_back()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var end = EndOf(client);

        await broker.Server.StopAsync();
        (await end).Reason.Should().Be(MqttClientDisconnectReason.ServerShuttingDown);
        await broker.Server.StartAsync();
        await client.ReconnectAsync();

        client.IsConnected.Should().BeTrue();
    }

    [Fact]
    public async Task The_server_can_send_a_client_away()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = await broker.ConnectAsync("client");
        var end = EndOf(client);

        await broker.Server.DisconnectClientAsync("client", MqttDisconnectReasonCode.AdministrativeAction);

        (await end).Reason.Should().Be(MqttClientDisconnectReason.AdministrativeAction);
    }

    [Fact]
    [Trait("Holds", "stand-in")]
    public async Task A_client_without_a_name_is_given_one()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var client = broker.NewClient();

        var result = await client.ConnectAsync(broker.Options("").Build());

        result.AssignedClientIdentifier.Should().NotBeNullOrEmpty();
        (await broker.Server.GetClientsAsync()).Single().Id.Should().Be(result.AssignedClientIdentifier);
    }

    [Fact]
    public async Task A_port_in_use_is_an_error_at_the_start()
    {
        await using var broker = await BrokerFixture.StartAsync();

        var act = () => BrokerFixture.StartAsync(options => options.WithDefaultEndpointPort(broker.Port));

        await act.Should().ThrowAsync<System.Net.Sockets.SocketException>();
    }
}
