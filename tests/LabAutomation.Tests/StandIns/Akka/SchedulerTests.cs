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

    [Fact]
    public void Times_that_cannot_be_are_refused()
    {
        var delay = () => Actors.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(-1), Actors.DeadLetters, "x", ActorRefs.NoSender);
        var interval = () => Actors.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.Zero, Actors.DeadLetters, "x", ActorRefs.NoSender);

        delay.Should().Throw<ArgumentOutOfRangeException>();
        interval.Should().Throw<ArgumentOutOfRangeException>();
    }
}
