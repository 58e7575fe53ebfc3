using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class SchedulerTests : ActorSystemTest
{
    [Fact]
    public async Task A_scheduled_message_arrives_not_before_its_time()
    {
        var probe = Probe();
        var start = TimeProvider.System.GetTimestamp();

        Actors.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(25), probe.Ref, "now", Actors.DeadLetters);

        await probe.Expect("now");
        probe.LastSender.Should().Be(Actors.DeadLetters);
        // The timer and the clock tick apart.
        TimeProvider.System.GetElapsedTime(start).Should().BeGreaterThan(TimeSpan.FromMilliseconds(25 - 16));
    }

    [Fact]
    public async Task A_repeated_message_comes_again_and_again()
    {
        var probe = Probe();

        Actors.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.FromMilliseconds(5), probe.Ref, "again", ActorRefs.NoSender);

        await probe.Expect("again", "again", "again");
    }

    [Theory]
    [InlineData(60)]
    [InlineData(10_000_000)]
    public void A_message_can_be_scheduled_for_long_after_a_timer_s_range(int days)
    {
        var far = TimeSpan.FromDays(days);

        Actors.Scheduler.Invoking(scheduler => scheduler.ScheduleTellOnce(far, Actors.DeadLetters, "x", ActorRefs.NoSender)).Should().NotThrow();
        Actors.Scheduler.Invoking(scheduler => scheduler.ScheduleTellRepeatedly(far, far, Actors.DeadLetters, "x", ActorRefs.NoSender)).Should().NotThrow();
    }

    [Fact]
    public async Task A_receive_timeout_may_be_months()
    {
        var actor = Actors.ActorOf(Props.Create(() => new Patient()));
        actor.Tell(TimeSpan.FromDays(60));

        (await actor.Ask<string>("still there?", Patience)).Should().Be("still there?");
    }

    // The official package ends the process.
    [Theory]
    [Trait("Holds", "stand-in")]
    [InlineData(-1)]
    [InlineData(-60_000)]
    public async Task A_receive_timeout_below_zero_is_a_failure_of_the_actor(int milliseconds)
    {
        var probe = Probe();
        var actor = Actors.ActorOf(Props.Create(() => new Patient(probe.Ref)));

        actor.Tell(TimeSpan.FromMilliseconds(milliseconds));

        (await probe.Next<ArgumentOutOfRangeException>()).Message.Should().Contain("receive timeout");
        (await actor.Ask<string>("still there?", Patience)).Should().Be("still there?");
    }

    [Fact]
    public void Times_that_cannot_be_are_refused()
    {
        var delay = () => Actors.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(-1), Actors.DeadLetters, "x", ActorRefs.NoSender);
        var interval = () => Actors.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.Zero, Actors.DeadLetters, "x", ActorRefs.NoSender);

        delay.Should().Throw<ArgumentOutOfRangeException>();
        interval.Should().Throw<ArgumentOutOfRangeException>();
    }

    private sealed class Patient : ReceiveActor
    {
        private readonly IActorRef _probe;

        public Patient()
            : this(ActorRefs.Nobody)
        {
        }

        public Patient(IActorRef probe)
        {
            _probe = probe;
            Receive<TimeSpan>(timeout => Context.SetReceiveTimeout(timeout));
            ReceiveAny(message => Sender.Tell(message));
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _probe.Tell(reason);
            base.PreRestart(reason, message);
        }
    }
}
