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
}
