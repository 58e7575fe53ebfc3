using System.Security.Cryptography.X509Certificates;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>The client against mosquitto.</summary>
public sealed class MosquittoTests : IAsyncLifetime
{
    private MosquittoBroker? _mosquitto;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        _mosquitto?.Dispose();
        return Task.CompletedTask;
    }

    private async Task StartAsync() => _mosquitto = await MosquittoBroker.StartAsync();

    private Task<IMqttClient> ConnectAsync(string clientId, Action<MqttClientOptionsBuilder>? configure = null) => _mosquitto!.ConnectAsync(clientId, configure);

    [SkippableTheory]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfServiceLevel.AtMostOnce)]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfServiceLevel.ExactlyOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfServiceLevel.AtMostOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfServiceLevel.ExactlyOnce)]
    public async Task Messages_arrive_once(MqttProtocolVersion version, MqttQualityOfServiceLevel quality)
    {
        await StartAsync();
        var client = await ConnectAsync("client", options => options.WithProtocolVersion(version));
        var inbox = new Inbox(client);
        await client.SubscribeAsync("lab/#", MqttQualityOfServiceLevel.ExactlyOnce);
        var sent = Enumerable.Range(0, 200).Select(i => i.ToString()).ToList();

        // mosquitto 2.0.11 loses QoS 2 messages of a 3.1.1 client that has more than 20 of them under way.
        foreach (var batch in sent.Chunk(20))
        {
            var results = await Task.WhenAll(batch.Select(text => client.PublishAsync(BrokerFixture.Message("lab/a", text, quality))));
            results.Should().OnlyContain(result => result.IsSuccess);
        }

        var received = await inbox.TakeAsync(200);
        // The official client releases QoS 2 messages in any order.
        if (quality == MqttQualityOfServiceLevel.ExactlyOnce) received.Should().BeEquivalentTo(sent);
        else received.Should().Equal(sent);
        await client.PingAsync();
        (await client.UnsubscribeAsync("lab/#")).Items.Single().ResultCode.Should().Be(MqttClientUnsubscribeResultCode.Success);
    }

    [SkippableFact]
    public async Task The_headers_of_MQTT_5_survive_the_way()
    {
        await StartAsync();
        var client = await ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync(new MqttClientSubscribeOptionsBuilder().WithTopicFilter("a").WithSubscriptionIdentifier(300).Build());

        await client.PublishAsync(new MqttApplicationMessageBuilder()
            .WithTopic("a").WithPayload(new byte[70_000]).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithContentType("application/octet-stream").WithResponseTopic("b").WithCorrelationData([0, 255])
            .WithMessageExpiryInterval(100).WithUserProperty("name", Encoding.UTF8.GetBytes("Wärme")).Build());

        var message = await inbox.NextAsync();
        message.Payload.Length.Should().Be(70_000);
        message.ContentType.Should().Be("application/octet-stream");
        message.ResponseTopic.Should().Be("b");
        message.CorrelationData.Should().Equal(0, 255);
        message.MessageExpiryInterval.Should().BeInRange(90, 100);
        message.SubscriptionIdentifiers.Should().Equal(300u);
        message.UserProperties.Should().Equal(new MqttUserProperty("name", Encoding.UTF8.GetBytes("Wärme")));
    }

    [SkippableFact]
    public async Task Wills_sessions_and_retained_messages_work()
    {
        await StartAsync();
        var client = await ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync("state/#", MqttQualityOfServiceLevel.AtLeastOnce);
        var doomed = await ConnectAsync("doomed", options => options.WithWillTopic("state/doomed").WithWillPayload("offline").WithWillRetain().WithSessionExpiryInterval(60));
        await doomed.SubscribeAsync("inbox", MqttQualityOfServiceLevel.ExactlyOnce);

        doomed.Dispose();
        (await inbox.NextTextAsync()).Should().Be("offline");
        await client.PublishAsync(BrokerFixture.Message("inbox", "kept", MqttQualityOfServiceLevel.ExactlyOnce));
        using var again = new MqttClientFactory().CreateMqttClient();
        var second = new Inbox(again);
        var result = await again.ConnectAsync(BrokerFixture.OptionsFor(_mosquitto!.Port, "doomed").WithCleanStart(false).WithSessionExpiryInterval(60).Build());
        (await second.NextTextAsync()).Should().Be("kept");
        await again.SubscribeAsync("state/doomed");

        result.IsSessionPresent.Should().BeTrue();
        (await second.NextAsync()).Retain.Should().BeTrue();
    }

    [SkippableFact]
    [Trait("Holds", "stand-in")]
    public async Task Messages_with_QoS_2_that_are_under_way_together_stay_in_order()
    {
        await StartAsync();
        var client = await ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        var sent = Enumerable.Range(0, 200).Select(i => $"{i}").ToList();

        await Task.WhenAll(sent.Select(text => client.PublishAsync(BrokerFixture.Message("a", text, MqttQualityOfServiceLevel.ExactlyOnce))));

        (await inbox.TakeAsync(200)).Should().Equal(sent);
    }

    [SkippableFact]
    public async Task A_delayed_will_comes_late_or_not_at_all()
    {
        await StartAsync();
        var inbox = new Inbox(await ConnectAsync("listener"));
        var listener = await ConnectAsync("witness");
        var wills = new Inbox(listener);
        await listener.SubscribeAsync("will/#", MqttQualityOfServiceLevel.AtLeastOnce);
        Task<IMqttClient> Doomed(string id) => ConnectAsync(id, options => options
            .WithWillTopic($"will/{id}").WithWillPayload("gone").WithWillDelayInterval(1).WithCleanStart(false).WithSessionExpiryInterval(60));
        var back = await Doomed("back");
        var lost = await Doomed("lost");
        var watch = System.Diagnostics.Stopwatch.StartNew();

        back.Dispose();
        lost.Dispose();
        await Doomed("back");

        (await wills.NextAsync()).Topic.Should().Be("will/lost");
        watch.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(0.8));
        await wills.StaysEmptyAsync(1000);
        await inbox.StaysEmptyAsync(1);
    }

    [SkippableFact]
    public async Task A_shared_subscription_divides_the_messages_among_its_members()
    {
        await StartAsync();
        var first = await ConnectAsync("first");
        var second = await ConnectAsync("second");
        var (one, two) = (new Inbox(first), new Inbox(second));
        await first.SubscribeAsync("$share/group/work", MqttQualityOfServiceLevel.AtLeastOnce);
        await second.SubscribeAsync("$share/group/work", MqttQualityOfServiceLevel.AtLeastOnce);
        var publisher = await ConnectAsync("publisher");

        for (var i = 0; i < 100; i++) await publisher.PublishAsync(BrokerFixture.Message("work", $"{i}"));

        var taken = (await one.TakeAsync(50)).Concat(await two.TakeAsync(50));
        taken.Should().BeEquivalentTo(Enumerable.Range(0, 100).Select(i => $"{i}"));
    }

    [SkippableFact]
    public async Task Topic_aliases_and_a_megabyte_pass()
    {
        await StartAsync();
        var client = await ConnectAsync("client");
        var inbox = new Inbox(client);
        await client.SubscribeAsync("long/#", MqttQualityOfServiceLevel.ExactlyOnce);
        var payload = new byte[1024 * 1024];
        new Random(4).NextBytes(payload);

        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopic("long/topic").WithTopicAlias(1).WithPayload("named").Build());
        await client.PublishAsync(new MqttApplicationMessageBuilder().WithTopicAlias(1).WithPayload(payload).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.ExactlyOnce).Build());

        (await inbox.NextTextAsync()).Should().Be("named");
        var second = await inbox.NextAsync();
        second.Topic.Should().Be("long/topic");
        System.Buffers.BuffersExtensions.ToArray(second.Payload).AsSpan().SequenceEqual(payload).Should().BeTrue();
    }

    [SkippableFact]
    public async Task Five_thousand_retained_topics_come_and_go()
    {
        await StartAsync();
        var publisher = await ConnectAsync("publisher");
        var topics = Enumerable.Range(0, 5000).Select(i => $"many/{i % 50}/{i}").ToList();
        foreach (var batch in topics.Chunk(100))
            await Task.WhenAll(batch.Select(topic => publisher.PublishAsync(BrokerFixture.Message(topic, topic, retain: true))));
        var client = await ConnectAsync("client");
        var inbox = new Inbox(client);

        await client.SubscribeAsync("many/#", MqttQualityOfServiceLevel.AtLeastOnce);

        (await inbox.TakeAsync(5000)).Order(StringComparer.Ordinal).Should().Equal(topics.Order(StringComparer.Ordinal));
        foreach (var batch in topics.Chunk(100))
            await Task.WhenAll(batch.Select(topic => publisher.PublishAsync(BrokerFixture.Message(topic, "", retain: true))));
        var late = await ConnectAsync("late");
        var empty = new Inbox(late);
        await late.SubscribeAsync("many/#");
        await empty.StaysEmptyAsync();
    }

    [SkippableFact]
    public async Task A_session_is_found_again_after_the_broker_was_gone_for_the_client()
    {
        await StartAsync();
        var client = await ConnectAsync("client", options => options.WithCleanStart(false).WithSessionExpiryInterval(60));
        var inbox = new Inbox(client);
        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        var publisher = await ConnectAsync("publisher");

        for (var round = 0; round < 3; round++)
        {
            await Task.Delay(100);
            await client.DisconnectAsync();
            for (var i = 0; i < 20; i++) await publisher.PublishAsync(BrokerFixture.Message("a", $"{round} {i}", (MqttQualityOfServiceLevel)(1 + (i % 2))));
            (await client.ConnectAsync(client.Options)).IsSessionPresent.Should().BeTrue();
            (await inbox.TakeAsync(20)).Should().BeEquivalentTo(Enumerable.Range(0, 20).Select(i => $"{round} {i}"));
        }
    }

    [SkippableFact]
    public async Task The_client_talks_to_mosquitto_over_TLS_and_refuses_an_authority_that_it_does_not_know()
    {
        using var certificate = TestCertificate.New();
        using var other = TestCertificate.New();
        _mosquitto = await MosquittoBroker.StartAsync(certificate);
        void Secure(MqttClientOptionsBuilder options, X509Certificate2 authority) => options.WithTcpServer("localhost", _mosquitto.Port)
            .WithTlsOptions(tls => tls.WithTrustChain([authority]).WithRevocationMode(X509RevocationMode.NoCheck));
        var client = await ConnectAsync("client", options => Secure(options, certificate));
        var inbox = new Inbox(client);

        await client.SubscribeAsync("a", MqttQualityOfServiceLevel.ExactlyOnce);
        await client.PublishAsync(BrokerFixture.Message("a", new string('x', 100_000), MqttQualityOfServiceLevel.ExactlyOnce));

        (await inbox.NextTextAsync()).Should().HaveLength(100_000);
        await FluentActions.Awaiting(() => ConnectAsync("stranger", options => Secure(options, other))).Should().ThrowAsync<MqttCommunicationException>();
    }
}
