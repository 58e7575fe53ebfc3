using Akka.Actor;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.StandIns.Akka;

public sealed class SystemSchedulerTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<object> _told = [];

    [Fact]
    public void A_delay_beyond_a_timer_s_range_is_waited_for_in_full()
    {
        using var scheduler = new SystemScheduler(_clock);
        scheduler.ScheduleTellOnce(TimeSpan.FromDays(120), new Ear(_told), "x", ActorRefs.NoSender);

        _clock.Advance(TimeSpan.FromDays(120) - TimeSpan.FromMilliseconds(1));
        _told.Should().BeEmpty();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _told.Should().Equal("x");
        _clock.Advance(TimeSpan.FromDays(400));
        _told.Should().Equal("x");
    }

    [Fact]
    public void An_interval_beyond_a_timer_s_range_comes_round_in_full()
    {
        using var scheduler = new SystemScheduler(_clock);
        scheduler.ScheduleTellRepeatedly(TimeSpan.FromDays(1), TimeSpan.FromDays(60), new Ear(_told), "x", ActorRefs.NoSender);

        for (var day = 0; day < 122; day++) _clock.Advance(TimeSpan.FromDays(1));

        _told.Should().Equal("x", "x", "x");
    }

    [Fact]
    public void A_long_delay_can_be_called_off_at_any_stage()
    {
        using var scheduler = new SystemScheduler(_clock);
        var appointment = scheduler.TellOnce(TimeSpan.FromDays(60), new Ear(_told), "x", ActorRefs.NoSender);
        _clock.Advance(TimeSpan.FromDays(55));

        appointment.Dispose();
        _clock.Advance(TimeSpan.FromDays(55));

        _told.Should().BeEmpty();
    }

    private sealed class Ear(List<object> told) : ICanTell
    {
        public void Tell(object message, IActorRef sender) => told.Add(message);
    }
}
