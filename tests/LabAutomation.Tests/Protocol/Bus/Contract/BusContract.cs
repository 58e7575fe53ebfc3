using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Protocol.Bus;

/// <summary>What every bus does, whatever carries it.</summary>
public abstract class BusContract
{
    private const string Topic = "lab/1/s/pump/state";

    protected abstract Task<BusStage> OpenAsync();

    [SkippableFact]
    public async Task A_late_subscriber_gets_what_is_retained()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        await Send(one, Topic, "old", retain: true);
        await Send(one, Topic, "new", retain: true);

        var mailbox = await Mailbox.OpenAsync(two, "lab/1/+/+/state");

        var message = await mailbox.NextAsync();
        (message.Topic, Mailbox.Text(message), message.Retain).Should().Be((Topic, "new", true));
    }

    [SkippableFact]
    public async Task What_was_kept_comes_before_what_is_asked_after_it_and_a_question_before_its_answer_on_whatever_topics()
    {
        const int kept = 40, rounds = 25;
        await using var stage = await OpenAsync();
        await using var driver = await stage.StartAsync("one");
        await using var asks = await stage.StartAsync("two");
        for (var k = 0; k < kept; k++) await Send(driver, $"lab/1/s/pump/prop/{k}", "kept", retain: true);
        await Send(driver, "lab/1/s/pump/liveness", "kept", retain: true);
        var answering = new Queue<Task>();
        await driver.SubscribeAsync("lab/1/s/pump/event", question => answering.Enqueue(driver.PublishAsync(new BusMessage("lab/1/s/pump/liveness", Encoding.UTF8.GetBytes($"answer to {Mailbox.Text(question)}")) { Retain = true }, CancellationToken.None)), CancellationToken.None).Soon();

        var heard = new Mailbox();
        foreach (var filter in (string[])["lab/1/s/+/prop/+", "lab/1/s/+/liveness", "lab/1/s/+/event"]) await asks.SubscribeAsync(filter, heard.Put, CancellationToken.None).Soon();
        for (var round = 0; round < rounds; round++) await Send(asks, "lab/1/s/pump/event", $"{round}");

        var told = await heard.UntilAsync($"answer to {rounds - 1}");
        told.Take(kept + 1).Should().OnlyContain(text => text == "kept");
        told.Skip(kept + 1).Should().HaveCount(2 * rounds);
        Enumerable.Range(0, rounds).Should().OnlyContain(round => told.IndexOf($"{round}") < told.IndexOf($"answer to {round}"));
        await Task.WhenAll(answering).Soon();
    }

    [SkippableFact]
    public async Task What_was_not_retained_does_not_reach_a_late_subscriber()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        await Send(one, Topic, "gone");

        var mailbox = await Mailbox.OpenAsync(two, Topic);
        await Send(one, Topic, "here");

        var message = await mailbox.NextAsync();
        (Mailbox.Text(message), message.Retain).Should().Be(("here", false));
    }

    [SkippableFact]
    public async Task A_clear_reaches_those_who_listen_and_leaves_nothing_for_those_who_come_later()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        await Send(one, Topic, "value", retain: true);
        var early = await Mailbox.OpenAsync(two, Topic);
        await early.NextAsync();

        await one.PublishAsync(BusMessage.Cleared(Topic), CancellationToken.None).Soon();
        (await early.NextAsync()).Payload.IsEmpty.Should().BeTrue();

        await using var three = await stage.StartAsync("three");
        var late = await Mailbox.OpenAsync(three, "lab/1/s/#");
        await Send(one, "lab/1/s/pump/event", "end");
        (await late.NextTextAsync()).Should().Be("end");
    }

    [SkippableFact]
    public async Task Wildcards_bring_what_they_match_and_nothing_else()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var level = await Mailbox.OpenAsync(two, "lab/1/s/+/state");
        var tree = await Mailbox.OpenAsync(two, "lab/1/s/pump/exec/#");

        foreach (var topic in new[] { "lab/1/s/pump/state", "lab/1/s/pump/prop/state", "lab/1/s/pump/exec/7/data/uv", "lab/1/t/pump/state", "lab/1/s/stirrer/state" })
            await Send(one, topic, topic);
        await Send(one, "lab/1/s/end/state", "end");
        await Send(one, "lab/1/s/pump/exec", "end");

        (await level.UntilAsync("end")).Should().Equal("lab/1/s/pump/state", "lab/1/s/stirrer/state", "end");
        (await tree.UntilAsync("end")).Should().Equal("lab/1/s/pump/exec/7/data/uv", "end");
    }

    [SkippableFact]
    public async Task What_one_client_publishes_arrives_in_order()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);

        await Task.WhenAll(Enumerable.Range(1, 500).Select(i => Send(one, Topic, $"{i}"))).Soon();

        (await mailbox.UntilAsync("500")).Should().Equal(Enumerable.Range(1, 500).Select(i => $"{i}"));
    }

    [SkippableFact]
    public async Task Headers_survive()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, "lab/1/s/pump/cmd/+");
        var action = ActionId.Derive("headers", 1, "step", 0, 1);

        await one.PublishAsync(
            new BusMessage("lab/1/s/pump/cmd/dispense", new byte[] { 0, 255, 7 })
            {
                ResponseTopic = Topics.Replies("one"),
                CorrelationData = action.ToBytes(),
                ExpirySeconds = 3600,
                ContentType = "application/json",
                Properties = ImmutableSortedDictionary<string, string>.Empty.Add("source", "one").Add("unit", "µL/min at 20 °C"),
            },
            CancellationToken.None).Soon();

        var message = await mailbox.NextAsync();
        message.Payload.ToArray().Should().Equal(0, 255, 7);
        message.ResponseTopic.Should().Be("lab/1/clients/one/reply");
        ActionId.FromBytes(message.CorrelationData.Span).Should().Be(action);
        message.ExpirySeconds.Should().BeInRange(3590, 3600);
        message.ContentType.Should().Be("application/json");
        message.Properties.Should().Equal(new Dictionary<string, string> { ["source"] = "one", ["unit"] = "µL/min at 20 °C" });
    }

    [SkippableFact]
    public async Task Headers_that_were_not_given_stay_absent()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);

        await Send(one, Topic, "bare");

        var message = await mailbox.NextAsync();
        (message.ResponseTopic, message.ExpirySeconds, message.ContentType).Should().Be((null, null, null));
        message.CorrelationData.IsEmpty.Should().BeTrue();
        message.Properties.Should().BeEmpty();
    }

    [SkippableFact]
    public async Task Four_mebibytes_arrive_unchanged()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);
        var payload = new byte[4 << 20];
        new Random(5).NextBytes(payload);

        await one.PublishAsync(new BusMessage(Topic, payload), CancellationToken.None).Soon();

        SHA256.HashData((await mailbox.NextAsync()).Payload.Span).Should().Equal(SHA256.HashData(payload));
    }

    [SkippableFact]
    public async Task What_a_subscriber_missed_while_cut_off_arrives_afterwards_in_order()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);

        await stage.CutAsync(two);
        for (var i = 1; i <= 50; i++) await Send(one, Topic, $"{i}");
        await stage.RestoreAsync(two);

        (await mailbox.UntilAsync("50")).Should().Equal(Enumerable.Range(1, 50).Select(i => $"{i}"));
    }

    [SkippableFact]
    public async Task What_is_retained_comes_again_after_an_outage()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await Send(one, Topic, "value", retain: true);
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);
        await mailbox.NextAsync();

        await stage.CutAsync(two);
        await stage.RestoreAsync(two);

        (await mailbox.NextTextAsync()).Should().Be("value");
    }

    [SkippableFact]
    public async Task What_is_published_while_the_link_is_down_waits_and_then_arrives_once_and_in_order()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);

        await stage.CutAsync(one);
        var publishing = Enumerable.Range(1, 300).Select(i => Send(one, Topic, $"{i}")).ToArray();
        one.IsConnected.Should().BeFalse();
        publishing.Should().OnlyContain(task => !task.IsCompleted);
        await stage.RestoreAsync(one);

        await Task.WhenAll(publishing).Soon();
        (await mailbox.UntilAsync("300")).Should().Equal(Enumerable.Range(1, 300).Select(i => $"{i}"));
    }

    [SkippableFact]
    public async Task Whoever_gives_up_waiting_leaves_nothing_behind()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);

        await stage.CutAsync(one);
        using var patience = new CancellationTokenSource();
        var publishing = Enumerable.Range(1, 1000).Select(i => Send(one, Topic, $"{i}", cancellation: patience.Token)).ToArray();
        await patience.CancelAsync();
        foreach (var task in publishing) await task.Awaiting(t => t.Soon()).Should().ThrowAsync<OperationCanceledException>();
        await stage.RestoreAsync(one);
        await Send(one, Topic, "after");

        (await mailbox.UntilAsync("after")).Should().Equal("after");
    }

    [SkippableFact]
    public async Task Nothing_is_lost_when_links_break_in_the_middle_of_traffic()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);

        var publishing = Task.Run(async () =>
        {
            for (var i = 1; i <= 600; i++) await Send(one, Topic, $"{i}");
        });
        for (var round = 0; round < 3; round++)
        {
            await mailbox.NextAsync();
            await stage.CutAsync(one);
            await stage.RestoreAsync(one);
            await stage.CutAsync(two);
            await stage.RestoreAsync(two);
        }

        await publishing.Soon();
        var seen = (await mailbox.UntilAsync("600")).Select(int.Parse).ToList();
        seen.Distinct().Order().Should().Equal(Enumerable.Range(seen.Min(), 600 - seen.Min() + 1));
        seen.Min().Should().BeLessThanOrEqualTo(4);
    }

    [SkippableFact]
    public async Task A_lost_client_leaves_its_will()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        var mailbox = await Mailbox.OpenAsync(one, "lab/1/s/+/liveness");
        await using var two = await stage.StartAsync("two", Will(7));

        stage.Cut("two");

        var message = await mailbox.NextAsync();
        FrameCodec.Decode<Liveness>(message.Payload).Should().Be(new Liveness(false, 7));
        (message.Retain, message.ContentType).Should().Be((true, FrameCodec.ContentType));

        await using var three = await stage.StartAsync("three");
        (await (await Mailbox.OpenAsync(three, Topics.EveryLiveness)).NextAsync()).Retain.Should().BeTrue();
    }

    [SkippableFact]
    public async Task A_client_that_is_lost_twice_leaves_its_will_twice()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        var mailbox = await Mailbox.OpenAsync(one, "lab/1/s/+/liveness");
        await using var two = await stage.StartAsync("two", Will(7));

        for (var time = 0; time < 2; time++)
        {
            await stage.CutAsync(two);
            (await mailbox.NextAsync()).Payload.IsEmpty.Should().BeFalse();
            await stage.RestoreAsync(two);
        }
    }

    [SkippableFact]
    public async Task A_client_that_takes_leave_leaves_no_will()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        var mailbox = await Mailbox.OpenAsync(one, "lab/1/s/pump/+");
        var two = await stage.StartAsync("two", Will(7));
        await Send(two, "lab/1/s/pump/state", "leaving");

        await two.DisposeAsync();

        // Three is lost after two has left: were there a will of two, it would come first.
        await using var three = await stage.StartAsync("three", new BusMessage("lab/1/s/pump/event", Encoding.UTF8.GetBytes("three")));
        stage.Cut("three");
        (await mailbox.UntilAsync("three")).Should().Equal("leaving", "three");
        two.IsConnected.Should().BeFalse();
        await two.Awaiting(bus => bus.PublishAsync(new BusMessage(Topic, default), CancellationToken.None)).Should().ThrowAsync<ObjectDisposedException>();
    }

    [SkippableFact]
    public async Task Subscriptions_stand_when_a_new_connection_is_announced()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var mailbox = await Mailbox.OpenAsync(two, Topic);
        var changes = new List<bool>();
        two.ConnectionChanged += connected =>
        {
            lock (changes) changes.Add(connected);
        };

        await stage.CutAsync(two);
        two.IsConnected.Should().BeFalse();
        await stage.RestoreAsync(two);
        two.IsConnected.Should().BeTrue();
        await Send(one, Topic, "again");

        (await mailbox.NextTextAsync()).Should().Be("again");
        lock (changes) changes.Should().Equal(false, true);
    }

    [SkippableFact]
    public async Task A_subscription_made_while_the_link_is_down_stands_when_it_is_back()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await Send(one, Topic, "value", retain: true);
        await using var two = await stage.StartAsync("two");

        await stage.CutAsync(two);
        var opening = Mailbox.OpenAsync(two, Topic);
        opening.IsCompleted.Should().BeFalse();
        await stage.RestoreAsync(two);

        (await (await opening.Soon()).NextTextAsync()).Should().Be("value");
    }

    [SkippableFact]
    public async Task A_refused_message_names_its_topic_and_leaves_the_connection_standing()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var narrow = await stage.StartAsync(BusStage.Narrow);
        var mailbox = await Mailbox.OpenAsync(one, "lab/1/s/+/state");

        await narrow.Awaiting(bus => Send(bus, Topic, "forged", retain: true)).Should().ThrowAsync<BusRefusedException>().WithMessage($"*{Topic}*");
        await Send(narrow, "lab/1/s/narrow/state", "mine");

        (await mailbox.NextTextAsync()).Should().Be("mine");
        narrow.IsConnected.Should().BeTrue();
    }

    [SkippableTheory]
    [InlineData("lab/1/s/narrow/state")]
    [InlineData("lab/1/s/+/state")]
    [InlineData("lab/1/s/neighbour/#")]
    [InlineData("#")]
    public async Task A_refused_subscription_names_its_filter_and_leaves_the_connection_standing(string filter)
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var narrow = await stage.StartAsync(BusStage.Narrow);

        await narrow.Awaiting(bus => Mailbox.OpenAsync(bus, filter)).Should().ThrowAsync<BusRefusedException>().WithMessage($"*{filter}*");
        var mailbox = await Mailbox.OpenAsync(narrow, "lab/1/s/neighbour/state");
        await Send(one, "lab/1/s/neighbour/state", "granted");

        (await mailbox.NextTextAsync()).Should().Be("granted");
    }

    [SkippableFact]
    public async Task A_handler_that_throws_disturbs_nobody()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        await two.SubscribeAsync(Topic, _ => throw new InvalidOperationException("on purpose"), CancellationToken.None).Soon();
        var mailbox = await Mailbox.OpenAsync(two, Topic);

        await Send(one, Topic, "1");
        await Send(one, Topic, "2");

        (await mailbox.UntilAsync("2")).Should().Equal("1", "2");
    }

    [SkippableFact]
    public async Task Handlers_run_one_at_a_time()
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");
        await using var two = await stage.StartAsync("two");
        var (inside, most) = (0, 0);
        var mailbox = new Mailbox();
        foreach (var filter in new[] { Topic, "lab/1/s/+/state" })
        {
            await two.SubscribeAsync(
                filter,
                message =>
                {
                    most = Math.Max(most, Interlocked.Increment(ref inside));
                    Thread.Yield();
                    Interlocked.Decrement(ref inside);
                    mailbox.Put(message);
                },
                CancellationToken.None).Soon();
        }

        await Task.WhenAll(Enumerable.Range(1, 100).Select(i => Send(one, Topic, $"{i}"))).Soon();

        await mailbox.UntilAsync("100");
        most.Should().Be(1);
    }

    [SkippableTheory]
    [InlineData("lab/+/state")]
    [InlineData("lab/#")]
    [InlineData("")]
    public async Task A_message_needs_a_topic_without_wildcards(string topic)
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");

        await one.Awaiting(bus => Send(bus, topic, "x")).Should().ThrowAsync<ArgumentException>();
    }

    [SkippableTheory]
    [InlineData("lab/a+/state")]
    [InlineData("lab/#/state")]
    [InlineData("$share/group/lab")]
    [InlineData("")]
    public async Task A_subscription_needs_a_proper_filter(string filter)
    {
        await using var stage = await OpenAsync();
        await using var one = await stage.StartAsync("one");

        await one.Awaiting(bus => Mailbox.OpenAsync(bus, filter)).Should().ThrowAsync<ArgumentException>();
    }

    [SkippableFact]
    public async Task A_bus_is_started_once_and_before_it_is_used()
    {
        await using var stage = await OpenAsync();
        await using var one = stage.Create("one");

        await one.Awaiting(bus => Send(bus, Topic, "x")).Should().ThrowAsync<InvalidOperationException>();
        await one.Awaiting(bus => Mailbox.OpenAsync(bus, Topic)).Should().ThrowAsync<InvalidOperationException>();
        await one.StartAsync(CancellationToken.None).Soon();
        await one.Awaiting(bus => bus.StartAsync(CancellationToken.None)).Should().ThrowAsync<InvalidOperationException>();
    }

    private static BusMessage Will(long epoch) => BusMessage.Retained(Topics.Of("s", "pump").Liveness, new Liveness(false, epoch));

    private static Task Send(ILabBus bus, string topic, string text, bool retain = false, CancellationToken cancellation = default) =>
        bus.PublishAsync(new BusMessage(topic, Encoding.UTF8.GetBytes(text)) { Retain = retain }, cancellation).Soon();
}
