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
    public async Task Log_lines_are_events_with_level_source_and_cause()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<LogEvent>(probe.Ref);
        Actors.ActorOf(Props.Create(() => new Logger()), "logger");

        var info = await probe.Next<Info>();
        info.Message.ToString().Should().Be("7 drops of 3.5 ml");
        info.LogSource.Should().Be("akka://bench/user/logger");
        info.LogLevel().Should().Be(LogLevel.InfoLevel);
        var error = await probe.Next<Error>();
        error.Message.ToString().Should().Be("spilt");
        error.Cause.Should().BeOfType<InvalidOperationException>();
        (await probe.Next<Warning>()).ToString().Should().Contain("[WARNING]").And.EndWith("almost {0} empty");
    }

    [Fact]
    public async Task Debug_lines_are_published_once_the_level_is_lowered()
    {
        var probe = Probe();
        Actors.EventStream.Subscribe<Debug>(probe.Ref);

        Logging.GetLogger(Actors, "early").IsDebugEnabled.Should().BeFalse();
        Logging.GetLogger(Actors, "early").Debug("not seen");
        Actors.EventStream.SetLogLevel(LogLevel.DebugLevel);
        Logging.GetLogger(Actors, "late").Debug("seen");

        Debug debug;
        do
            debug = await probe.Next<Debug>();
        while (!debug.LogSource.StartsWith("late", StringComparison.Ordinal) && !debug.LogSource.StartsWith("early", StringComparison.Ordinal));
        debug.Message.Should().Be("seen");
    }

    private record Reading;

    private sealed record Temperature : Reading;

    private sealed class Deaf : ReceiveActor;

    private sealed class Logger : ReceiveActor
    {
        public Logger()
        {
            var log = Context.GetLogger();
            log.Info("{0} drops of {1} ml", 7, 3.5);
            log.Error(new InvalidOperationException(), "spilt");
            log.Warning("almost {0} empty");
        }
    }
}
