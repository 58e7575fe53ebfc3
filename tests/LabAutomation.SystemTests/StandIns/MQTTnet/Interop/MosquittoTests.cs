using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>The client against mosquitto.</summary>
public sealed class MosquittoTests : IAsyncLifetime
{
    private readonly int _port = BrokerFixture.FreePort();
    private readonly List<IMqttClient> _clients = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("mosquitto").FullName;
    private ForeignProgram? _mosquitto;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        _mosquitto?.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    private async Task StartAsync()
    {
        var program = ForeignProgram.Require("mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto");
        var configuration = Path.Combine(_folder, "mosquitto.conf");
        await File.WriteAllTextAsync(configuration, $"""
            listener {_port} 127.0.0.1
            allow_anonymous true
            set_tcp_nodelay true
            """);
        _mosquitto = ForeignProgram.Start(program, "-c", configuration);
        await ForeignProgram.WaitForPortAsync(_port);
    }

    private async Task<IMqttClient> ConnectAsync(string clientId, Action<MqttClientOptionsBuilder>? configure = null)
    {
        var options = BrokerFixture.OptionsFor(_port, clientId);
        configure?.Invoke(options);
        var client = new MqttClientFactory().CreateMqttClient();
        _clients.Add(client);
        (await client.ConnectAsync(options.Build())).ResultCode.Should().Be(MqttClientConnectResultCode.Success);
        return client;
    }

    [SkippableTheory]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfServiceLevel.AtMostOnce)]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V311, MqttQualityOfServiceLevel.ExactlyOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfServiceLevel.AtMostOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttProtocolVersion.V500, MqttQualityOfServiceLevel.ExactlyOnce)]
    public async Task Messages_arrive_in_order(MqttProtocolVersion version, MqttQualityOfServiceLevel quality)
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

        (await inbox.TakeAsync(200)).Should().Equal(sent);
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
        var again = new MqttClientFactory().CreateMqttClient();
        _clients.Add(again);
        var second = new Inbox(again);
        var result = await again.ConnectAsync(BrokerFixture.OptionsFor(_port, "doomed").WithCleanStart(false).WithSessionExpiryInterval(60).Build());
        (await second.NextTextAsync()).Should().Be("kept");
        await again.SubscribeAsync("state/doomed");

        result.IsSessionPresent.Should().BeTrue();
        (await second.NextAsync()).Retain.Should().BeTrue();
    }
}
