using LabAutomation.Simulators.Time;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Simulators;

public sealed class AcceleratedTimeProviderTests
{
    private static readonly DateTimeOffset Start = new(2030, 6, 1, 8, 0, 0, TimeSpan.FromHours(2));
    private readonly FakeTimeProvider inner = new();

    [Fact]
    public void Wall_time_and_timestamps_run_at_the_factor_from_the_start()
    {
        inner.Advance(TimeSpan.FromDays(3));
        var lab = new AcceleratedTimeProvider(inner, 60, Start);
        lab.GetUtcNow().Should().Be(Start);
        lab.GetUtcNow().Offset.Should().Be(TimeSpan.Zero);
        var before = lab.GetTimestamp();
        inner.Advance(TimeSpan.FromSeconds(2.5));
        lab.GetUtcNow().Should().Be(Start.AddSeconds(150));
        lab.GetElapsedTime(before).Should().Be(TimeSpan.FromSeconds(150));
    }

    [Fact]
    public void Timers_fire_when_lab_time_says_so_and_not_before()
    {
        var lab = new AcceleratedTimeProvider(inner, 100, Start);
        var fired = new List<DateTimeOffset>();
        using var timer = lab.CreateTimer(_ => fired.Add(lab.GetUtcNow()), null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));
        inner.Advance(TimeSpan.FromMilliseconds(99));
        fired.Should().BeEmpty();
        inner.Advance(TimeSpan.FromMilliseconds(1));
        inner.Advance(TimeSpan.FromMilliseconds(100));
        fired.Should().HaveCount(3);
        fired[0].Should().Be(Start.AddSeconds(10));

        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan).Should().BeTrue();
        inner.Advance(TimeSpan.FromHours(1));
        fired.Should().HaveCount(3);
        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        fired.Should().HaveCount(4);
    }

    [Fact]
    public void A_due_time_between_two_milliseconds_of_the_inner_clock_is_late_never_early()
    {
        var lab = new AcceleratedTimeProvider(inner, 1000, Start);
        DateTimeOffset? fired = null;
        using var timer = lab.CreateTimer(_ => fired = lab.GetUtcNow(), null, TimeSpan.FromSeconds(1.5), Timeout.InfiniteTimeSpan);
        inner.Advance(TimeSpan.FromMilliseconds(1));
        fired.Should().BeNull();
        inner.Advance(TimeSpan.FromMilliseconds(1));
        fired.Should().Be(Start.AddSeconds(2));
    }

    [Fact]
    public async Task Delays_of_the_framework_follow_it()
    {
        var lab = new AcceleratedTimeProvider(inner, 10, Start);
        var delay = Task.Delay(TimeSpan.FromSeconds(10), lab);
        inner.Advance(TimeSpan.FromMilliseconds(999));
        delay.IsCompleted.Should().BeFalse();
        inner.Advance(TimeSpan.FromMilliseconds(1));
        await delay;
    }

    [Fact]
    public void A_thousandfold_clock_still_tells_the_time_after_ten_years()
    {
        var lab = new AcceleratedTimeProvider(inner, 1000, new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero));
        inner.Advance(TimeSpan.FromDays(365));
        lab.GetElapsedTime(0).Should().Be(TimeSpan.FromDays(365_000));
    }

    [Theory]
    [InlineData(0.99)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_factor_below_one_is_refused(double factor) =>
        FluentActions.Invoking(() => new AcceleratedTimeProvider(inner, factor, Start))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*1 or more*");
}
