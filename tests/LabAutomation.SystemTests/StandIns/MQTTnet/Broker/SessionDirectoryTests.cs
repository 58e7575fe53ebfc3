using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

[Trait("Holds", "stand-in")]
public sealed class SessionDirectoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sessions").FullName;

    private string Log => Path.Combine(_directory, "sessions.log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<BrokerFixture> StartAsync() =>
        BrokerFixture.StartAsync(options => options.WithPersistentSessions(), server => server.ServerSessionItems["SessionDirectory"] = _directory);

    private static Task<IMqttClient> JoinAsync(BrokerFixture broker, string name) =>
        broker.ConnectAsync(name, options => options.WithCleanStart(false).WithSessionExpiryInterval(600));

    private static async Task<(MqttClientConnectResult Result, Inbox Inbox, IMqttClient Client)> ComeBackAsync(BrokerFixture broker, string name)
    {
        var client = broker.NewClient();
        var inbox = new Inbox(client);
        return (await client.ConnectAsync(broker.Options(name).WithCleanStart(false).WithSessionExpiryInterval(600).Build()), inbox, client);
    }

    [Fact]
    public async Task Sessions_messages_and_retained_messages_are_there_after_a_restart()
    {
        await using (var broker = await StartAsync())
        {
            var client = await JoinAsync(broker, "reader");
            await client.SubscribeAsync("a/+", MqttQualityOfServiceLevel.ExactlyOnce);
            await client.SubscribeAsync("gone", MqttQualityOfServiceLevel.ExactlyOnce);
            await client.UnsubscribeAsync("gone");
            await client.DisconnectAsync();
            var publisher = await broker.ConnectAsync("publisher");
            for (var i = 0; i < 5; i++) await publisher.PublishAsync(BrokerFixture.Message("a/1", $"{i}", (MqttQualityOfServiceLevel)(1 + (i % 2))));
            await publisher.PublishAsync(BrokerFixture.Message("kept", "yes", retain: true));
            await publisher.PublishAsync(BrokerFixture.Message("cleared", "no", retain: true));
            await publisher.PublishAsync(BrokerFixture.Message("cleared", "", retain: true));
        }

        await using var again = await StartAsync();
        var (result, inbox, reader) = await ComeBackAsync(again, "reader");

        result.IsSessionPresent.Should().BeTrue();
        (await inbox.TakeAsync(5)).Should().Equal("0", "1", "2", "3", "4");
        await reader.PublishAsync(BrokerFixture.Message("a/2", "new"));
        (await inbox.NextTextAsync()).Should().Be("new");
        await reader.PublishAsync(BrokerFixture.Message("gone", "x"));
        await inbox.StaysEmptyAsync(100);
        (await again.Server.GetRetainedMessagesAsync()).Should().ContainSingle().Which.Topic.Should().Be("kept");
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_restart_does_not_come_again()
    {
        await using (var broker = await StartAsync())
        {
            var client = await JoinAsync(broker, "reader");
            var inbox = new Inbox(client);
            await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
            for (var i = 0; i < 3; i++) await client.PublishAsync(BrokerFixture.Message("a", $"{i}", (MqttQualityOfServiceLevel)(1 + (i % 2))));
            await inbox.TakeAsync(3);
            // The last acknowledgements leave after the messages were handed over.
            await inbox.StaysEmptyAsync();
            await client.DisconnectAsync();
        }

        await using var again = await StartAsync();
        var (result, later, _) = await ComeBackAsync(again, "reader");

        result.IsSessionPresent.Should().BeTrue();
        await later.StaysEmptyAsync();
    }

    [Fact]
    public async Task A_session_without_expiry_is_not_there_after_a_restart()
    {
        await using (var broker = await StartAsync()) await broker.ConnectAsync("guest");

        await using var again = await StartAsync();
        (await again.Server.GetSessionsAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_record_that_was_not_written_to_its_end_is_cut_off_and_reported()
    {
        await using (var broker = await StartAsync()) await (await JoinAsync(broker, "reader")).SubscribeAsync("a");
        var whole = File.ReadAllBytes(Log);
        File.WriteAllBytes(Log, [.. whole, .. whole[8..28]]);

        await using var again = await StartAsync();

        again.Server.ServerSessionItems["SessionDirectory.Report"].Should().BeOfType<string>().Which.Should().Contain(Log).And.Contain($"byte {whole.Length}");
        (await ComeBackAsync(again, "reader")).Result.IsSessionPresent.Should().BeTrue();
    }

    [Fact]
    public async Task A_log_that_is_damaged_before_its_end_is_refused_with_its_name_and_the_place()
    {
        await using (var broker = await StartAsync())
        {
            await (await JoinAsync(broker, "one")).SubscribeAsync("a");
            await (await JoinAsync(broker, "two")).SubscribeAsync("b");
        }

        var sound = File.ReadAllBytes(Log);
        for (var at = 8; at < sound.Length - 60; at += 5)
        {
            var damaged = (byte[])sound.Clone();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(Log, damaged);

            var start = () => StartAsync();

            (await start.Should().ThrowAsync<InvalidDataException>($"byte {at} is damaged")).WithMessage($"*{Log}*damaged at byte*");
        }

        File.WriteAllBytes(Log, sound);
        await using var again = await StartAsync();
        (await again.Server.GetSessionsAsync()).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_directory_belongs_to_one_server_at_a_time()
    {
        await using var broker = await StartAsync();

        var second = () => StartAsync();

        await second.Should().ThrowAsync<IOException>();
    }

    [SkippableFact]
    public async Task On_a_full_disk_nothing_is_acknowledged_and_the_broker_lives_on()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/dev/full is a file of Linux.");
        File.CreateSymbolicLink(Log, "/dev/full");
        await using var broker = await StartAsync();
        var persistent = broker.NewClient();
        (await persistent.ConnectAsync(broker.Options("reader").WithSessionExpiryInterval(600).Build())).ResultCode.Should().Be(MqttClientConnectResultCode.QuotaExceeded);

        var guest = await BrokerWithoutDiskAsync(broker);
        var inbox = new Inbox(guest);
        await guest.SubscribeAsync("a", MqttQualityOfServiceLevel.AtMostOnce);
        await guest.PublishAsync(BrokerFixture.Message("a", "lost anyway", MqttQualityOfServiceLevel.AtMostOnce));
        var refused = await guest.PublishAsync(BrokerFixture.Message("a", "x"));

        refused.ReasonCode.Should().Be(MqttClientPublishReasonCode.QuotaExceeded);
    }

    private static async Task<IMqttClient> BrokerWithoutDiskAsync(BrokerFixture broker)
    {
        var client = broker.NewClient();
        await client.ConnectAsync(broker.Options("guest").Build());
        return client;
    }
}
