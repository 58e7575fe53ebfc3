using System.Diagnostics;
using MQTTnet;
using MQTTnet.Protocol;
using Xunit.Abstractions;

namespace LabAutomation.SystemTests.StandIns.MQTTnet;

/// <summary>Measures, and fails where an order of magnitude was lost. The figures are in the stand-in's README.</summary>
public sealed class SpeedTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Messages_of_256_bytes_with_QoS_1_pass_quickly()
    {
        const int total = 50_000, inFlight = 100;
        await using var broker = await BrokerFixture.StartAsync(options => options.WithMaxPendingMessagesPerClient(10_000));
        var subscriber = await broker.ConnectAsync("subscriber");
        var received = 0;
        var all = new TaskCompletionSource();
        subscriber.ApplicationMessageReceivedAsync += _ =>
        {
            if (++received == total) all.TrySetResult();
            return Task.CompletedTask;
        };
        await subscriber.SubscribeAsync("a", MqttQualityOfServiceLevel.AtLeastOnce);
        var publisher = await broker.ConnectAsync("publisher");
        var message = new MqttApplicationMessageBuilder().WithTopic("a").WithPayload(new byte[256])
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build();
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
        {
            for (var i = 0; i < total / inFlight; i++) await publisher.PublishAsync(message);
        }));
        await all.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var rate = total / watch.Elapsed.TotalSeconds;
        output.WriteLine($"QoS 1, 256 B: {rate:F0} messages/s");
        rate.Should().BeGreaterThan(1000);
    }

    [Fact]
    public async Task A_request_is_answered_quickly()
    {
        const int total = 5_000;
        await using var broker = await BrokerFixture.StartAsync();
        var server = await broker.ConnectAsync("server");
        server.ApplicationMessageReceivedAsync += received => server.PublishAsync(
            new MqttApplicationMessageBuilder().WithTopic(received.ApplicationMessage.ResponseTopic).WithCorrelationData(received.ApplicationMessage.CorrelationData).Build());
        await server.SubscribeAsync("request");
        var client = await broker.ConnectAsync("client");
        TaskCompletionSource? answer = null;
        client.ApplicationMessageReceivedAsync += _ =>
        {
            answer!.TrySetResult();
            return Task.CompletedTask;
        };
        await client.SubscribeAsync("reply");
        var request = new MqttApplicationMessageBuilder().WithTopic("request").WithResponseTopic("reply").WithCorrelationData(new byte[16]).WithPayload(new byte[256]).Build();
        var times = new List<double>();

        for (var i = 0; i < total; i++)
        {
            answer = new TaskCompletionSource();
            var watch = Stopwatch.StartNew();
            await client.PublishAsync(request);
            await answer.Task.WaitAsync(TimeSpan.FromSeconds(10));
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"request/response: p50 {times[total / 2]:F3} ms, p99 {times[total * 99 / 100]:F3} ms");
        times[total / 2].Should().BeLessThan(5);
    }
}
