using System.Text;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>The log is made compact while the broker serves.</summary>
public sealed class CompactionTests : IDisposable
{
    private const int Growth = 64 * 1024 * 1024, Piece = 4 * 1024 * 1024;
    private readonly string _directory = Directory.CreateTempSubdirectory("sessions").FullName;

    private string Log => Path.Combine(_directory, "sessions.log");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<BrokerFixture> StartAsync() =>
        BrokerFixture.StartAsync(options => options.WithPersistentSessions(), server => server.ServerSessionItems["SessionDirectory"] = _directory);

    private static async Task GrowAsync(BrokerFixture broker)
    {
        for (var written = 0; written <= Growth; written += Piece)
        {
            var message = new MqttApplicationMessage { Topic = "large", Retain = true, PayloadSegment = new byte[Piece] };
            await broker.Server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message));
        }
    }

    private static async Task<string> ReadAsync(RawClient client) => Encoding.ASCII.GetString((await client.ReadAsync<PublishPacket>()).Payload.Span);

    [Fact]
    public async Task Nobody_gets_the_message_of_another_session_after_a_compaction()
    {
        await using (var broker = await StartAsync())
        {
            await broker.Server.InjectApplicationMessage("open/r", "for the second", MqttQualityOfServiceLevel.AtLeastOnce, retain: true);
            using var second = await broker.DialAsync();
            await second.ConnectAsync("second", expiry: 600);
            using (var first = await broker.DialAsync())
            {
                await first.ConnectAsync("first", expiry: 600);
                await first.SubscribeAsync("secret");
            }

            await broker.Server.InjectApplicationMessage("secret", "for the first", MqttQualityOfServiceLevel.AtLeastOnce);
            await second.SubscribeAsync("open/r");
            await ReadAsync(second);
            await GrowAsync(broker);
            new FileInfo(Log).Length.Should().BeLessThan(Growth, "the log was made compact");
        }

        await using var again = await StartAsync();
        using var secondAgain = await again.DialAsync();
        await secondAgain.ConnectAsync("second", expiry: 600);
        (await ReadAsync(secondAgain)).Should().Be("for the second");
        using var firstAgain = await again.DialAsync();
        await firstAgain.ConnectAsync("first", expiry: 600);
        (await ReadAsync(firstAgain)).Should().Be("for the first");
    }

    [Fact]
    public async Task A_message_to_many_sessions_is_one_record_also_after_two_restarts()
    {
        const int sessions = 20, size = 100_000;
        await using (var broker = await StartAsync())
        {
            for (var i = 0; i < sessions; i++)
            {
                using var client = await broker.DialAsync();
                await client.ConnectAsync($"{i}", expiry: 600);
                await client.SubscribeAsync("a");
            }

            await broker.Server.InjectApplicationMessage("a", new string('x', size), MqttQualityOfServiceLevel.AtLeastOnce);
        }

        for (var i = 0; i < 2; i++) await (await StartAsync()).DisposeAsync();

        new FileInfo(Log).Length.Should().BeInRange(size, 2 * size);
    }

    [Fact]
    public async Task A_message_that_can_no_longer_be_written_stops_the_compaction_and_not_the_broker()
    {
        await using var broker = await StartAsync();
        var spoiled = BrokerFixture.Message("spoiled", "x", retain: true);
        await broker.Server.InjectApplicationMessage(new InjectedMqttApplicationMessage(spoiled));
        spoiled.ContentType = new string('x', 70_000);

        await GrowAsync(broker).WaitAsync(TimeSpan.FromSeconds(30));
        var client = await broker.ConnectAsync("client", options => options.WithSessionExpiryInterval(600));
        var result = await client.PublishAsync(BrokerFixture.Message("a", "x", retain: true)).WaitAsync(TimeSpan.FromSeconds(10));

        result.ReasonCode.Should().Be(MqttClientPublishReasonCode.NoMatchingSubscribers);
    }
}
