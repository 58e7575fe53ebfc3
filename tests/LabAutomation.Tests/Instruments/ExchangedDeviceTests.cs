using LabAutomation.Instruments;
using LabAutomation.Lab.Conforming;
using LabAutomation.Simulators.Time;

namespace LabAutomation.Tests.Instruments;

/// <summary>Another device of the same make, which has done nothing yet, stands in the place of the one that was to do an action when its program ended.</summary>
public sealed class ExchangedDeviceTests
{
    private readonly VirtualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("new-era-ne1000", "its volume counter")]
    [InlineData("quantos-mtsics", "has begun 0 doses in all, where it was 1 before this one: it was exchanged or set back")]
    [InlineData("eurotherm-furnace", "has begun 0 programs in all, where it was 1 before this one: it was exchanged or set back")]
    [InlineData("preciseflex-tcs", "has begun 0 carriages in all, where it was 1 before this one: it was exchanged or set back")]
    [InlineData("http-beamline", "its last one is 'none'")]
    [InlineData("ika-namur", "rests now")]
    public void What_the_other_one_did_it_cannot_tell(string family, string says) => new VirtualLoop(_clock).Run(async () =>
    {
        var marks = await MarksOfASecondActionAsync(family);
        using var another = Stand.Of(family, _clock);
        await using var driver = Driver(family, another);
        await driver.ConnectAsync(CancellationToken.None);

        var found = await driver.RecoverAsync(Commands.Started(Brief(driver, family), _clock, [.. marks]), new ScriptedScope(_clock), CancellationToken.None);

        found.Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain(says);
        another.Effects.Should().Be(0);
    });

    /// <summary>A device that has done something counts it; what comes next is marked above nothing.</summary>
    private async Task<List<ActionMark>> MarksOfASecondActionAsync(string family)
    {
        using var stand = Stand.Of(family, _clock);
        await using var driver = Driver(family, stand);
        await driver.ConnectAsync(CancellationToken.None);
        await driver.ExecuteAsync(Brief(driver, family), new ScriptedScope(_clock), CancellationToken.None);
        stand.Prepare();
        var scope = new ScriptedScope(_clock);
        scope.OnMark = _ => { if (scope.Marks.Count == 1) throw new IOException("the program is gone"); };
        var died = () => driver.ExecuteAsync(Brief(driver, family) with { Action = LabAutomation.Protocol.ActionId.Derive("test", 1, family, 0, 0) }, scope, CancellationToken.None);
        await died.Should().ThrowAsync<IOException>();
        return scope.Marks;
    }

    private IDriver Driver(string family, Stand stand) => ConformingFamilies.Driver(family, _ => Task.FromResult(stand.Connect()), _clock, _clock);

    private static DriverCommand Brief(IDriver driver, string family)
    {
        var sample = ConformingFamilies.SampleOf(family).Brief!;
        return Commands.Resolve(driver, sample.Command, [.. sample.Arguments.Select(argument => (argument.Key, argument.Value.Value, argument.Value.Unit.Symbol))]);
    }
}
