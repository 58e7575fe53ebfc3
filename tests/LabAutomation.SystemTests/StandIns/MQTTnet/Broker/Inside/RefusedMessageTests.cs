using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using MQTTnet.Server;
using MQTTnet.Wire;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>Messages that the program hands in, or changes, and that cannot be taken.</summary>
public sealed class RefusedMessageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sessions").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    public static TheoryData<string, Action<MqttApplicationMessage>> Spoils => new()
    {
        { "a content type that is too long", message => message.ContentType = new string('x', 70_000) },
        { "a topic that is too long", message => message.Topic = new string('x', 70_000) },
        { "a topic with U+0000", message => message.Topic = "a\0" },
        { "a response topic with a wildcard", message => message.ResponseTopic = "a/#" },
        { "a user property that is not UTF-8", message => message.UserProperties = [new MqttUserProperty("name", new ReadOnlyMemory<byte>([0xFF]))] },
        { "QoS 3", message => message.QualityOfServiceLevel = (MqttQualityOfServiceLevel)3 },
    };

    private Task<BrokerFixture> StartAsync(Action<MqttServer>? prepare = null) => BrokerFixture.StartAsync(
        options => options.WithPersistentSessions(),
        server =>
        {
            server.ServerSessionItems["SessionDirectory"] = _directory;
            prepare?.Invoke(server);
        });

    private static async Task<string> ReadAsync(RawClient client) => Encoding.ASCII.GetString((await client.ReadAsync<PublishPacket>()).Payload.Span);

    [Theory]
    [MemberData(nameof(Spoils))]
    public async Task An_injected_message_that_does_not_fit_the_protocol_is_refused_and_leaves_nothing_behind(string what, Action<MqttApplicationMessage> spoil)
    {
        await using (var broker = await StartAsync())
        {
            using var reader = await broker.DialAsync();
            await reader.ConnectAsync("reader", expiry: 600);
            await reader.SubscribeAsync("#");
            var message = BrokerFixture.Message("a", "spoiled", retain: true);
            spoil(message);

            var inject = () => broker.Server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message));

            await inject.Should().ThrowAsync<MqttProtocolViolationException>(what);
            await broker.Server.InjectApplicationMessage("a", "sound", MqttQualityOfServiceLevel.AtLeastOnce);
            (await ReadAsync(reader)).Should().Be("sound");
        }

        await using var again = await StartAsync();
        using var back = await again.DialAsync();
        (await back.ConnectAsync("reader", expiry: 600)).SessionPresent.Should().BeTrue();
        (await ReadAsync(back)).Should().Be("sound");
    }

    [Theory]
    [MemberData(nameof(Spoils))]
    public async Task What_an_interceptor_makes_of_a_message_has_to_fit_the_protocol_as_well(string what, Action<MqttApplicationMessage> spoil)
    {
        await using (var broker = await StartAsync(server => server.InterceptingPublishAsync += publish =>
        {
            if (publish.ApplicationMessage.Topic == "spoiled") spoil(publish.ApplicationMessage);
            return Task.CompletedTask;
        }))
        {
            using var reader = await broker.DialAsync();
            await reader.ConnectAsync("reader", expiry: 600);
            await reader.SubscribeAsync("#");
            var publisher = await broker.ConnectAsync("publisher");

            var refused = await publisher.PublishAsync(BrokerFixture.Message("spoiled", "x", retain: true));
            await publisher.PublishAsync(BrokerFixture.Message("a", "sound"));

            refused.ReasonCode.Should().Be(MqttClientPublishReasonCode.UnspecifiedError, what);
            (await ReadAsync(reader)).Should().Be("sound");
        }

        await using var again = await StartAsync();
        (await again.Server.GetSessionsAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task Without_room_for_a_retained_topic_an_injected_message_is_refused_and_a_will_waits()
    {
        const int topics = 100_000;
        await using var broker = await BrokerFixture.StartAsync();
        for (var i = 0; i < topics; i++) await broker.Server.InjectApplicationMessage($"full/{i}", "x", retain: true);
        var listener = await broker.ConnectAsync("listener");
        var inbox = new Inbox(listener);
        await listener.SubscribeAsync("w/+");

        var inject = () => broker.Server.InjectApplicationMessage("w/more", "x", retain: true);
        await inject.Should().ThrowAsync<IOException>();
        (await broker.ConnectAsync("client", options => options.WithWillTopic("w/will").WithWillPayload("offline").WithWillRetain())).Dispose();
        await inbox.StaysEmptyAsync();
        await broker.Server.InjectApplicationMessage("full/0", "", retain: true);

        (await inbox.NextTextAsync()).Should().Be("offline");
        (await broker.Server.GetRetainedMessageAsync("w/will")).Should().NotBeNull();
    }

    [SkippableFact]
    public async Task On_a_full_disk_an_injected_message_is_refused()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/dev/full is a file of Linux.");
        File.CreateSymbolicLink(Path.Combine(_directory, "sessions.log"), "/dev/full");
        await using var broker = await StartAsync();
        using var persistent = await broker.DialAsync();
        (await persistent.ConnectAsync("reader", expiry: 600)).ReasonCode.Should().Be(MqttConnectReasonCode.QuotaExceeded);

        var inject = () => broker.Server.InjectApplicationMessage("a", "x", MqttQualityOfServiceLevel.AtLeastOnce);

        await inject.Should().ThrowAsync<IOException>();
    }
}
