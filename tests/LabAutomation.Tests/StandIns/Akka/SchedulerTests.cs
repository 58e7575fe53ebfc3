using Akka.Actor;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class SchedulerTests : ActorSystemTest
{
    [Fact]
    public async Task A_scheduled_message_arrives_not_before_its_time()
    {
        var probe = Probe();
        var due = Actors.Scheduler.MonotonicClock + TimeSpan.FromMilliseconds(25);

        Actors.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(25), probe.Ref, "now", Actors.DeadLetters);

        await probe.Expect("now");
        probe.LastSender.Should().Be(Actors.DeadLetters);
        // The timer and the clock tick apart.
        Actors.Scheduler.MonotonicClock.Should().BeGreaterThan(due - TimeSpan.FromMilliseconds(16));
    }

    [Fact]
    public async Task What_is_cancelled_does_not_arrive()
    {
        var probe = Probe();

        var once = Actors.Scheduler.ScheduleTellOnceCancelable(TimeSpan.FromMilliseconds(30), probe.Ref, "never", ActorRefs.NoSender);
        var repeated = Actors.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(30), probe.Ref, "never", ActorRefs.NoSender);
        once.Cancel();
        repeated.Cancel();
        Actors.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(120), probe.Ref, "end", ActorRefs.NoSender);

        await probe.Expect("end");
        once.IsCancellationRequested.Should().BeTrue();
    }

    [Fact]
    public async Task Actions_run_once_or_repeatedly()
    {
        var probe = Probe();

        Actors.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => probe.Ref.Tell("once"));
        await probe.Expect("once");

        var repeated = Actors.Scheduler.Advanced.ScheduleRepeatedlyCancelable(
            TimeSpan.Zero, TimeSpan.FromMilliseconds(5), () => probe.Ref.Tell("again"));
        await probe.Expect("again", "again", "again");
        repeated.Cancel();
    }

    [Fact]
    public void Times_that_cannot_be_are_refused()
    {
        var delay = () => Actors.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(-1), Actors.DeadLetters, "x", ActorRefs.NoSender);
        var interval = () => Actors.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.Zero, Actors.DeadLetters, "x", ActorRefs.NoSender);

        delay.Should().Throw<ArgumentOutOfRangeException>();
        interval.Should().Throw<ArgumentOutOfRangeException>();
    }
}
