using LabAutomation.Conformance;
using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;

namespace LabAutomation.Tests.Instruments;

/// <summary>Every family keeps what its birth says of <c>safeWithin</c>: stopped in the middle of a command, its device is at rest by its own state, not by its driver's word.</summary>
public sealed class SafeWithinTests
{
    public static TheoryData<string> Families => [.. ConformingFamilies.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public async Task A_stopped_device_is_at_rest_in_the_time_that_its_birth_declares(string family)
    {
        var clock = new JumpingClock();
        using var stand = Stand.Of(family, clock);
        await using var driver = ConformingFamilies.Driver(family, _ => Task.FromResult(stand.Connect()), clock, LinkClock.Create());
        await driver.ConnectAsync(CancellationToken.None);
        var (wasAtWork, ordered) = (false, (DateTimeOffset?)null);
        using var stop = new CancellationTokenSource();
        var scope = new ScriptedScope(clock)
        {
            Aborting = stop.Token,
            OnReport = progress =>
            {
                if (ordered is not null || progress < stand.From) return;
                (wasAtWork, ordered) = (!stand.IsAtRest(), clock.GetUtcNow());
                stop.Cancel();
            },
        };

        await driver.ExecuteAsync(stand.Command(driver, family), scope, stop.Token);
        ordered ??= clock.GetUtcNow();
        await driver.MakeSafeAsync(CancellationToken.None);
        for (var looks = 0; looks < 100_000 && !stand.IsAtRest(); looks++) await Task.Delay(TimeSpan.FromMilliseconds(10), clock);

        wasAtWork.Should().Be(!Stand.AlwaysAtRest.Contains(family), "else nothing was stopped");
        stand.IsAtRest().Should().BeTrue();
        (clock.GetUtcNow() - ordered.Value).Should().BeLessThanOrEqualTo(driver.SafeWithin);
    }

    [Fact]
    public async Task A_stage_that_another_program_has_set_going_is_stopped_too()
    {
        var clock = new JumpingClock();
        using var stand = Stand.Of("http-beamline", clock) with { Sample = SampleCommand.Of("move-stage", ("position", "50 um")) };
        await using var gone = ConformingFamilies.Driver("http-beamline", _ => Task.FromResult(stand.Connect()), clock, LinkClock.Create());
        await gone.ConnectAsync(CancellationToken.None);
        var died = () => gone.ExecuteAsync(stand.Command(gone, "http-beamline"), new ScriptedScope(clock) { OnReport = _ => throw new IOException("the program is gone") }, CancellationToken.None);
        await died.Should().ThrowAsync<IOException>();
        stand.IsAtRest().Should().BeFalse("else nothing is stopped");

        await using var driver = ConformingFamilies.Driver("http-beamline", _ => Task.FromResult(stand.Connect()), clock, LinkClock.Create());
        await driver.ConnectAsync(CancellationToken.None);
        await driver.MakeSafeAsync(CancellationToken.None);

        stand.IsAtRest().Should().BeTrue();
    }
}
