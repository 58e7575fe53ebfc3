using Akka.Actor;
using Akka.Event;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class EventStreamTests : ActorSystemTest
{
    [Fact]
    public async Task A_subscriber_receives_its_type_and_what_derives_from_it()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe(probe.Ref, typeof(Reading)).Should().BeTrue();

        Actors.EventStream.Publish("not for it");
        Actors.EventStream.Publish(new Reading());
        Actors.EventStream.Publish(new Temperature());

        await probe.Expect(new Reading(), new Temperature());
    }

    [Fact]
    public async Task An_event_that_matches_twice_is_told_once()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<Reading>(probe.Ref);
        Actors.EventStream.Subscribe<Temperature>(probe.Ref);
        Actors.EventStream.Subscribe<Temperature>(probe.Ref).Should().BeFalse();

        Actors.EventStream.Publish(new Temperature());

        await probe.Expect(new Temperature());
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task After_unsubscribing_nothing_is_told()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<Reading>(probe.Ref);
        Actors.EventStream.Publish(new Temperature());
        await probe.Next();

        Actors.EventStream.Unsubscribe(probe.Ref).Should().BeTrue();
        Actors.EventStream.Unsubscribe(probe.Ref).Should().BeFalse();
        Actors.EventStream.Publish(new Temperature());

        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task A_narrower_channel_can_be_taken_out_of_a_wider_one()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<Reading>(probe.Ref);

        Actors.EventStream.Unsubscribe<Temperature>(probe.Ref).Should().BeTrue();
        Actors.EventStream.Publish(new Temperature());
        Actors.EventStream.Publish(new Reading());

        await probe.Expect(new Reading());
    }

    [Fact]
    public async Task What_no_handler_takes_is_published_as_unhandled()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<UnhandledMessage>(probe.Ref);
        var actor = Actors.ActorOf(Props.Create(() => new Deaf()));

        actor.Tell("hello?", probe.Ref);

        var unhandled = await probe.Next<UnhandledMessage>();
        (unhandled.Message, unhandled.Sender, unhandled.Recipient).Should().Be(("hello?", probe.Ref, actor));
    }

    [Fact]
    public async Task A_failure_is_an_event_with_level_source_and_cause()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<LogEvent>(probe.Ref);
        Actors.ActorOf(Props.Create(() => new Clumsy()), "clumsy").Tell("carry");

        var error = await probe.Next<Error>();
        error.Message.ToString().Should().Be("spilt");
        error.Cause.Should().BeOfType<InvalidOperationException>();
        error.LogSource.Should().Be("akka://bench/user/clumsy");
        error.LogClass.Should().Be<OneForOneStrategy>();
        error.LogLevel().Should().Be(LogLevel.ErrorLevel);
        error.ToString().Should().Contain("[ERROR]").And.Contain("spilt");
    }

    [Fact]
    public async Task An_event_of_each_level_says_its_level()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<LogEvent>(probe.Ref);
        LogEvent[] lines = [new Debug("a", typeof(string), 1), new Info("b", typeof(string), 2), new Warning("c", typeof(string), 3)];

        foreach (var line in lines)
            Actors.EventStream.Publish(line);

        await probe.Expect(lines);
        lines.Select(line => line.LogLevel()).Should().Equal(LogLevel.DebugLevel, LogLevel.InfoLevel, LogLevel.WarningLevel);
        lines.Should().OnlyContain(line => line.Cause == null);
    }

    private record Reading;

    private sealed record Temperature : Reading;

    private sealed class Deaf : ReceiveActor;

    private sealed class Clumsy : ReceiveActor
    {
        public Clumsy() => ReceiveAny(_ => throw new InvalidOperationException("spilt"));
    }
}
