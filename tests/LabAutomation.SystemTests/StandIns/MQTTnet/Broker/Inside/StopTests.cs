using System.Text;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>A server that is stopped, and started again, with sessions on disk.</summary>
public sealed class StopTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sessions").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<BrokerFixture> StartAsync(Action<MqttServer>? prepare = null) => BrokerFixture.StartAsync(
        options => options.WithPersistentSessions().WithDefaultCommunicationTimeout(TimeSpan.FromSeconds(1)),
        server =>
        {
            server.ServerSessionItems["SessionDirectory"] = _directory;
            prepare?.Invoke(server);
        });

    [Fact]
    public async Task What_a_connection_does_after_the_stop_does_not_reach_the_sessions_of_the_next_start()
    {
        TaskCompletionSource entered = new(), released = new(), ended = new();
        await using var broker = await StartAsync(server =>
        {
            server.InterceptingPublishAsync += async publish =>
            {
                if (publish.ApplicationMessage.Topic != "held") return;

                entered.TrySetResult();
                await released.Task;
            };
            server.ClientDisconnectedAsync += _ =>
            {
                ended.TrySetResult();
                return Task.CompletedTask;
            };
        });
        using var held = await broker.DialAsync();
        await held.ConnectAsync("a", expiry: 600);
        await held.SubscribeAsync("t");
        held.Send(new PublishPacket { Topic = "held", PacketId = 1, Quality = MqttQualityOfServiceLevel.AtLeastOnce, Retain = true, Payload = "x"u8.ToArray() });
        await entered.Task;

        await broker.Server.StopAsync();
        await broker.Server.StartAsync();
        released.SetResult();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(10));
        (await broker.Server.GetRetainedMessagesAsync()).Should().BeEmpty("nobody was told that it was taken");
        await broker.Server.StopAsync();
        await broker.Server.StartAsync();

        using var back = await broker.DialAsync();
        (await back.ConnectAsync("a", expiry: 600)).SessionPresent.Should().BeTrue();
        await broker.Server.InjectApplicationMessage("t", "x", MqttQualityOfServiceLevel.AtLeastOnce);
        Encoding.ASCII.GetString((await back.ReadAsync<PublishPacket>()).Payload.Span).Should().Be("x");
    }

    [Fact]
    public async Task Wills_that_a_stop_sends_are_kept()
    {
        const int clients = 20;
        await using var broker = await StartAsync(server => server.ClientDisconnectedAsync += _ => Task.Delay(20));
        for (var i = 0; i < clients; i++)
        {
            await broker.ConnectAsync($"{i}", options => options
                .WithWillTopic($"w/{i}").WithWillPayload("offline").WithWillRetain().WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce));
        }

        await broker.Server.StopAsync();
        await broker.Server.StartAsync();

        (await broker.Server.GetRetainedMessagesAsync()).Should().HaveCount(clients);
    }

    [Fact]
    public async Task A_session_that_a_clean_start_has_ended_is_ended_on_disk_when_the_client_is_welcomed()
    {
        await using var broker = await StartAsync();
        using (var persistent = await broker.DialAsync())
        {
            await persistent.ConnectAsync("a", expiry: 600);
            await persistent.SubscribeAsync("t");
        }

        while ((await broker.Server.GetClientsAsync()).Count > 0) await Task.Delay(10);
        await Task.Delay(300);
        var before = LogLength();
        using var guest = await broker.DialAsync();
        await guest.ConnectAsync("a", clean: true);

        LogLength().Should().BeGreaterThan(before);
    }

    [Fact]
    public async Task What_the_program_subscribes_a_client_to_is_on_disk_when_the_call_returns()
    {
        await using var broker = await StartAsync();
        using var client = await broker.DialAsync();
        await client.ConnectAsync("a", expiry: 600);

        var before = LogLength();
        await broker.Server.SubscribeAsync("a", "t");
        var subscribed = LogLength();
        await broker.Server.UnsubscribeAsync("a", ["t"]);

        subscribed.Should().BeGreaterThan(before);
        LogLength().Should().BeGreaterThan(subscribed);
    }

    [Fact]
    public async Task What_a_member_of_a_group_ends_with_goes_to_another_one_also_after_restarts()
    {
        const string filter = "$share/readers/t";
        await using (var broker = await StartAsync())
        {
            using (var first = await broker.DialAsync())
            {
                await first.ConnectAsync("first", expiry: 600);
                await first.SubscribeAsync(filter);
                await broker.Server.InjectApplicationMessage("t", "x", MqttQualityOfServiceLevel.AtLeastOnce);
                await first.ReadAsync<PublishPacket>();
            }

            using var other = await broker.DialAsync();
            await other.ConnectAsync("second", expiry: 600);
            await other.SubscribeAsync(filter);
        }

        await (await StartAsync()).DisposeAsync();
        await using var again = await StartAsync();
        using var second = await again.DialAsync();
        await second.ConnectAsync("second", expiry: 600);
        using var clean = await again.DialAsync();
        await clean.ConnectAsync("first", clean: true);

        Encoding.ASCII.GetString((await second.ReadAsync<PublishPacket>()).Payload.Span).Should().Be("x");
    }

    private long LogLength() => new FileInfo(Path.Combine(_directory, "sessions.log")).Length;
}
