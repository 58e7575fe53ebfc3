using System.Text;
using LabAutomation.Protocol;
using LabAutomation.Tests.Protocol.Bus;
using Microsoft.Extensions.Logging.Abstractions;

namespace LabAutomation.SystemTests.Bus;

public sealed class EmbeddedBusTests : MqttBusTests
{
    private protected override async Task<MqttStage> OpenMqttAsync() => await EmbeddedStage.OpenAsync();
}

public sealed class MosquittoBusTests : MqttBusTests
{
    [SkippableFact]
    public async Task A_reader_that_stands_still_makes_the_broker_wait()
    {
        const int size = 10 << 10;
        const int window = 8;
        await using var stage = await OpenMqttAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = new MqttLabBus(stage.Options("two", maximumInFlight: window), TimeProvider.System, NullLogger<MqttLabBus>.Instance);
        await two.StartAsync(CancellationToken.None).Soon();
        using var gate = new ManualResetEventSlim();
        var mailbox = new Mailbox();
        await two.SubscribeAsync("lab/1/#", message => { gate.Wait(); mailbox.Put(message); }, CancellationToken.None).Soon();

        for (var i = 0; i < 300; i++) await one.PublishAsync(new BusMessage($"lab/1/{i}", new byte[size]), CancellationToken.None).Soon();
        await Task.Delay(500);

        // One message is with the handler, as many as the window wait in the queue, as many again are unacknowledged.
        stage.Proxy("two").Down.Should().BeLessThan((2 * window + 3) * size);
        gate.Set();
        for (var i = 0; i < 300; i++) (await mailbox.NextAsync()).Topic.Should().Be($"lab/1/{i}");
    }

    private protected override async Task<MqttStage> OpenMqttAsync() => await MosquittoStage.OpenAsync();
}

/// <summary>The same with sessions and retained messages on the disk.</summary>
public sealed class KeepingMosquittoBusTests : MqttBusTests
{
    private protected override async Task<MqttStage> OpenMqttAsync() => await MosquittoStage.OpenAsync(keeps: true);
}

/// <summary>What <see cref="MqttLabBus"/> does beyond the contract, on a real broker.</summary>
public abstract class MqttBusTests : BusContract
{
    private const string Topic = "lab/1/s/pump/state";

    private protected abstract Task<MqttStage> OpenMqttAsync();

    [SkippableFact]
    public async Task A_broker_that_comes_back_with_nothing_in_memory_finds_every_subscription_and_message_again()
    {
        await using var stage = await OpenMqttAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, "lab/1/s/+/state");

        var lost = BusStage.Change(one, false);
        await stage.StopBrokerAsync();
        await lost.Soon();
        var publishing = Enumerable.Range(1, 20).Select(i => one.PublishAsync(Message($"{i}") with { Retain = true }, CancellationToken.None)).ToArray();
        await stage.RestartBrokerAsync();
        await Task.WhenAll(publishing).Soon();

        // The subscriber may come back after the last message: then it has what is retained.
        (await mailbox.UntilAsync("20")).Should().OnlyHaveUniqueItems();
    }

    [SkippableFact]
    public async Task A_wrong_password_is_refused_at_once()
    {
        await using var stage = await OpenMqttAsync();
        var options = new MqttLabBusOptions { Host = "127.0.0.1", Port = stage.BrokerPort, ClientId = "one", UserName = "one", Password = "a guess" };
        await using var bus = new MqttLabBus(options, TimeProvider.System, NullLogger<MqttLabBus>.Instance);

        await bus.Awaiting(b => b.StartAsync(CancellationToken.None).Soon()).Should().ThrowAsync<BusRefusedException>().WithMessage("*'one'*");
    }

    [SkippableFact]
    public async Task Without_a_broker_it_keeps_trying_until_there_is_one()
    {
        await using var stage = await OpenMqttAsync();
        stage.Cut("one");
        await using var bus = stage.Create("one");

        var starting = bus.StartAsync(CancellationToken.None);
        await Task.Delay(300);
        starting.IsCompleted.Should().BeFalse();
        stage.Restore("one");

        await starting.Soon();
        bus.IsConnected.Should().BeTrue();
    }

    [SkippableFact]
    public async Task Without_a_broker_it_stops_trying_when_nobody_waits_any_more()
    {
        await using var stage = await OpenMqttAsync();
        stage.Cut("one");
        await using var bus = stage.Create("one");
        using var patience = new CancellationTokenSource(200);

        await bus.Awaiting(b => b.StartAsync(patience.Token).Soon()).Should().ThrowAsync<OperationCanceledException>();
        stage.Restore("one");
        await Task.Delay(300);

        bus.IsConnected.Should().BeFalse();
    }

    [SkippableFact]
    public async Task No_more_messages_are_under_way_than_allowed()
    {
        const int size = 1 << 10;
        const int window = 16;
        await using var stage = await OpenMqttAsync();
        await using var one = new MqttLabBus(stage.Options("one", maximumInFlight: window), TimeProvider.System, NullLogger<MqttLabBus>.Instance);
        await one.StartAsync(CancellationToken.None).Soon();
        var proxy = stage.Proxy("one");
        var before = proxy.Up;

        proxy.StallBroker();
        var publishing = Enumerable.Range(0, 500).Select(i => one.PublishAsync(new BusMessage(Topic, new byte[size]), CancellationToken.None)).ToArray();
        await Task.Delay(500);
        (proxy.Up - before).Should().BeInRange(1, (window + 2) * size);
        proxy.Resume();

        await Task.WhenAll(publishing).Soon();
    }

    [SkippableFact]
    public async Task A_message_without_acknowledgement_goes_out_again_after_the_link_broke()
    {
        await using var stage = await OpenMqttAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);

        stage.Proxy("one").StallBroker();
        var publishing = one.PublishAsync(Message("twice"), CancellationToken.None);
        (await mailbox.NextTextAsync()).Should().Be("twice");
        await stage.CutAsync(one);
        publishing.IsCompleted.Should().BeFalse();
        stage.Proxy("one").Resume();
        await stage.RestoreAsync(one);

        await publishing.Soon();
        (await mailbox.NextTextAsync()).Should().Be("twice");
    }

    [SkippableFact]
    public async Task A_message_beyond_the_limit_is_refused_before_it_is_sent()
    {
        await using var stage = await OpenMqttAsync();
        await using var one = await stage.StartAsync("one");

        await one.Awaiting(bus => bus.PublishAsync(new BusMessage(Topic, new byte[(4 << 20) + 1]), CancellationToken.None))
            .Should().ThrowAsync<BusRefusedException>().WithMessage("*MaximumMessageBytes*");
        one.IsConnected.Should().BeTrue();
    }

    [SkippableFact]
    public async Task Disposing_waits_for_no_message_that_nobody_takes_any_more()
    {
        await using var stage = await OpenMqttAsync();
        await using var one = await stage.StartAsync("one");
        var two = new MqttLabBus(stage.Options("two", maximumInFlight: 2), TimeProvider.System, NullLogger<MqttLabBus>.Instance);
        await two.StartAsync(CancellationToken.None).Soon();
        await two.SubscribeAsync("lab/1/#", _ => { }, CancellationToken.None).Soon();

        // Between the end of the reading and the farewell more comes than there is room for.
        two.ConnectionChanged += connected =>
        {
            if (connected) return;
            Thread.Sleep(200);
            for (var i = 0; i < 20; i++) one.PublishAsync(new BusMessage($"lab/1/{i}", new byte[10]), CancellationToken.None).Wait();
            Thread.Sleep(200);
        };

        await two.DisposeAsync().AsTask().Soon();
    }

    [SkippableFact]
    public async Task Disposing_ends_what_still_waits()
    {
        await using var stage = await OpenMqttAsync();
        var one = await stage.StartAsync("one");
        await stage.CutAsync(one);
        var publishing = Enumerable.Range(0, 300).Select(i => one.PublishAsync(Message($"{i}"), CancellationToken.None)).ToArray();
        var subscribing = Mailbox.OpenAsync(one, Topic);

        await one.DisposeAsync();

        foreach (var task in publishing) await task.Awaiting(t => t.Soon()).Should().ThrowAsync<ObjectDisposedException>();
        await subscribing.Awaiting(t => t.Soon()).Should().ThrowAsync<ObjectDisposedException>();
    }

    protected override async Task<BusStage> OpenAsync() => await OpenMqttAsync();

    private static BusMessage Message(string text) => new(Topic, Encoding.UTF8.GetBytes(text));
}
