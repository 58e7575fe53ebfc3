using LabAutomation.Instruments;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments.Driving;

public sealed class PaceTests
{
    [Fact]
    public void A_wait_that_is_cancelled_ends_on_the_waiters_own_thread()
    {
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var loop = new VirtualLoop(time);

        var ended = loop.Run(async () =>
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
            return await new Pace(time, time).RestAsync(TimeSpan.FromSeconds(10), cancel.Token);
        });

        ended.Should().BeFalse();
        time.Elapsed.Should().Be(TimeSpan.FromSeconds(1));
        loop.FirstFromOutside.Should().BeNull("which of two waits ended first would depend on the thread pool");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void A_rest_takes_5_ms_of_the_links_time_at_least(double factor)
    {
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        TimeProvider lab = factor == 1 ? time : new AcceleratedTimeProvider(time, factor, time.GetUtcNow());

        new VirtualLoop(time).Run(() => new Pace(lab, time).RestAsync(TimeSpan.FromMilliseconds(factor), CancellationToken.None));

        time.Elapsed.Should().Be(TimeSpan.FromMilliseconds(5));
    }

    [Theory]
    [InlineData(110, 110, 11)]
    [InlineData(5, 110, 5)]
    [InlineData(0, 110, 0.25)]
    [InlineData(8, 8, 2)]
    [InlineData(1000, 1000, 30)]
    public void Work_that_the_driver_reckons_is_looked_at_ten_times_and_every_30_s(double remaining, double whole, double waits)
    {
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

        new VirtualLoop(time).Run(() => new Pace(time, time).WaitAsync(TimeSpan.FromSeconds(remaining), TimeSpan.FromSeconds(whole), CancellationToken.None));

        time.Elapsed.TotalSeconds.Should().Be(waits);
    }

    [Theory]
    [InlineData(100, 2)]
    [InlineData(1.5, 1.5)]
    [InlineData(-3, 0.25)]
    public void What_moves_is_looked_at_every_2_s_and_when_its_end_is_expected(double remaining, double waits)
    {
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

        new VirtualLoop(time).Run(() => new Pace(time, time).WaitAsync(TimeSpan.FromSeconds(remaining), CancellationToken.None));

        time.Elapsed.TotalSeconds.Should().Be(waits);
    }

    [Theory]
    [InlineData(2, 2, 0.2)]
    [InlineData(0.1, 2, 0.1)]
    [InlineData(48, 48, 1 / 3.0)]
    [InlineData(uint.MaxValue / 3600.0, uint.MaxValue / 3600.0, 1 / 3.0)]
    public void Waiting_for_an_end_believes_no_device_for_longer_than_20_minutes(double remaining, double whole, double waits)
    {
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

        var hasWaited = new VirtualLoop(time).Run(() => new Pace(time, time).WaitForEndAsync(TimeSpan.FromHours(remaining), TimeSpan.FromHours(whole), CancellationToken.None));

        hasWaited.Should().BeTrue();
        time.Elapsed.TotalHours.Should().BeApproximately(waits, 1e-6);
    }
}
