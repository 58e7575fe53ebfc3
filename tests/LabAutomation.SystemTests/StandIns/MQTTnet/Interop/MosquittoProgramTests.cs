using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>The server against mosquitto_pub and mosquitto_sub.</summary>
public sealed class MosquittoProgramTests
{
    private static string Program(string name) => ForeignProgram.Require(name, $"/usr/bin/{name}", $"/usr/local/bin/{name}", $"/opt/homebrew/bin/{name}");

    private static Task<BrokerFixture> StartAsync() => BrokerFixture.StartAsync(options => options.WithPersistentSessions().WithMaxPendingMessagesPerClient(10_000));

    // The official server tells nobody the name that it gives, which these programs wait for.
    private static string[] At(BrokerFixture broker, params string[] arguments) =>
        ["-h", "127.0.0.1", "-p", $"{broker.Port}", .. arguments.Contains("-i") ? [] : (string[])["-i", Guid.NewGuid().ToString("N")], .. arguments];

    /// <summary>Starts mosquitto_sub and waits until the server knows what it subscribes to.</summary>
    private static async Task<ForeignProgram> SubscribeAsync(BrokerFixture broker, params string[] arguments)
    {
        var subscribed = new TaskCompletionSource();
        Task Told(ClientSubscribedTopicEventArgs told)
        {
            subscribed.TrySetResult();
            return Task.CompletedTask;
        }

        broker.Server.ClientSubscribedTopicAsync += Told;
        var program = ForeignProgram.Start(Program("mosquitto_sub"), At(broker, ["-W", "30", .. arguments]));
        await subscribed.Task.WaitAsync(TimeSpan.FromSeconds(20));
        broker.Server.ClientSubscribedTopicAsync -= Told;
        return program;
    }

    [SkippableTheory]
    [InlineData("mqttv311", "0")]
    [InlineData("mqttv311", "1")]
    [InlineData("mqttv311", "2")]
    [InlineData("mqttv5", "0")]
    [InlineData("mqttv5", "1")]
    public async Task Every_line_of_the_one_is_a_line_of_the_other(string version, string quality)
    {
        await using var broker = await StartAsync();
        using var subscriber = await SubscribeAsync(broker, "-V", version, "-q", quality, "-t", "lines/#", "-C", "200", "-v");
        using var publisher = ForeignProgram.Start(Program("mosquitto_pub"), At(broker, "-V", version, "-q", quality, "-t", "lines/a", "-l"));

        await publisher.FeedAsync(Enumerable.Range(0, 200).Select(i => $"line {i}"));

        (await publisher.EndAsync()).Code.Should().Be(0);
        (await subscriber.LinesAsync()).Should().Equal(Enumerable.Range(0, 200).Select(i => $"lines/a line {i}"));
    }

    /// <summary>mosquitto_sub takes twenty at a time, and the official server does not look at that.</summary>
    [SkippableFact]
    [Trait("Holds", "stand-in")]
    public Task Every_line_arrives_though_few_may_be_under_way() => Every_line_of_the_one_is_a_line_of_the_other("mqttv5", "2");

    [SkippableFact]
    public async Task A_program_that_is_killed_leaves_its_will()
    {
        await using var broker = await StartAsync();
        var listener = await broker.ConnectAsync("listener");
        var inbox = new Inbox(listener);
        await listener.SubscribeAsync("will", MqttQualityOfServiceLevel.AtLeastOnce);
        var doomed = await SubscribeAsync(broker, "-V", "mqttv5", "-t", "a", "--will-topic", "will", "--will-payload", "gone", "--will-qos", "2", "--will-retain");

        doomed.Dispose();

        (await inbox.NextTextAsync()).Should().Be("gone");
        (await broker.Server.GetRetainedMessageAsync("will")).Should().NotBeNull();
    }

    [SkippableFact]
    public async Task A_retained_message_waits_for_its_subscriber_with_its_properties()
    {
        await using var broker = await StartAsync();

        (await ForeignProgram.RunAsync(Program("mosquitto_pub"), At(broker, "-V", "mqttv5", "-q", "1", "-r", "-t", "kept", "-m", "21.5",
            "-D", "publish", "content-type", "text/plain", "-D", "publish", "user-property", "unit", "Celsius"))).Code.Should().Be(0);

        using var subscriber = await SubscribeAsync(broker, "-V", "mqttv5", "-t", "kept", "-C", "1", "-F", "%r %C %P %p");
        (await subscriber.LinesAsync()).Should().Equal("1 text/plain unit:Celsius 21.5");
    }

    [SkippableFact]
    public async Task A_session_collects_messages_while_its_program_is_away()
    {
        await using var broker = await StartAsync();
        string[] session = ["-V", "mqttv5", "-c", "-i", "away", "-x", "60", "-q", "2", "-t", "a"];
        using (var first = await SubscribeAsync(broker, [.. session, "-E"])) await first.EndAsync();
        var publisher = await broker.ConnectAsync("publisher");
        for (var i = 0; i < 15; i++) await publisher.PublishAsync(BrokerFixture.Message("a", $"{i}", MqttQualityOfServiceLevel.ExactlyOnce));

        using var second = await SubscribeAsync(broker, [.. session, "-C", "15"]);

        (await second.LinesAsync()).Should().Equal(Enumerable.Range(0, 15).Select(i => $"{i}"));
    }

    [SkippableTheory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Eight_megabytes_pass_in_both_directions(string version)
    {
        await using var broker = await StartAsync();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, new byte[8 * 1024 * 1024]);
            using var subscriber = await SubscribeAsync(broker, "-V", version, "-q", "1", "-t", "large", "-C", "1", "-F", "%l");

            (await ForeignProgram.RunAsync(Program("mosquitto_pub"), At(broker, "-V", version, "-q", "1", "-t", "large", "-f", file))).Code.Should().Be(0);

            (await subscriber.LinesAsync()).Should().Equal($"{8 * 1024 * 1024}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [SkippableFact]
    public async Task Five_thousand_topics_reach_a_program_that_comes_late()
    {
        await using var broker = await StartAsync();
        var topics = Enumerable.Range(0, 5000).Select(i => $"many/{i % 50}/{i}").ToList();
        foreach (var topic in topics) await broker.Server.InjectApplicationMessage(topic, "x", retain: true);

        using var subscriber = await SubscribeAsync(broker, "-t", "many/#", "-C", "5000", "-F", "%t");

        (await subscriber.LinesAsync()).Order(StringComparer.Ordinal).Should().Equal(topics.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    [Trait("Holds", "stand-in")]
    public async Task Members_of_a_group_share_the_messages()
    {
        await using var broker = await StartAsync();
        using var first = await SubscribeAsync(broker, "-V", "mqttv5", "-q", "1", "-t", "$share/group/work", "-C", "50");
        using var second = await SubscribeAsync(broker, "-V", "mqttv5", "-q", "1", "-t", "$share/group/work", "-C", "50");
        var publisher = await broker.ConnectAsync("publisher");

        for (var i = 0; i < 100; i++) await publisher.PublishAsync(BrokerFixture.Message("work", $"{i}"));

        var taken = (await first.LinesAsync()).Concat(await second.LinesAsync());
        taken.Should().BeEquivalentTo(Enumerable.Range(0, 100).Select(i => $"{i}"));
    }
}
