using System.Collections.Immutable;
using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Robots;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Instruments;

/// <summary>Drivers hold their simulated devices in mid-action: at rest the device does nothing, and afterwards it does what was left and no more.</summary>
public sealed class HoldOnSimulatedTests
{
    private static readonly TimeSpan Visit = TimeSpan.FromMinutes(10);

    private readonly JumpingClock _clock = new();

    [Fact]
    public async Task A_pump_that_is_held_pumps_the_rest_afterwards()
    {
        using var bench = new ColourBench(7, _clock);
        await using var driver = Driver("new-era-ne1000", _ => Task.FromResult(bench.Connect("pump-cyan")), ("diameter", "26.59"));
        await driver.ConnectAsync(CancellationToken.None);
        double[] seen = [];
        var scope = Scope(at: 4, async () => seen = [await DispensedAsync(driver), await AfterAsync(driver)]);

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "dispense", ("volume", 2, "mL"), ("rate", 2, "mL/min")), scope, CancellationToken.None);

        (outcome.Status, outcome.Message).Should().Be((ActionStatus.Succeeded, "done"));
        outcome.Outputs["volume"].Value.Should().BeApproximately(2, 0.002);
        seen[0].Should().BeInRange(0.01, 1.9);
        seen[1].Should().Be(seen[0], "nothing flows in a hold");
        bench.Effects.All.Count(effect => effect.Kind == EffectKind.Dispense).Should().Be(1);
    }

    [Fact]
    public async Task A_pump_that_was_held_when_its_program_was_killed_is_not_started_anew()
    {
        using var bench = new ColourBench(7, _clock);
        await using var driver = Driver("new-era-ne1000", _ => Task.FromResult(bench.Connect("pump-cyan")), ("diameter", "26.59"));
        await driver.ConnectAsync(CancellationToken.None);
        var command = Commands.Resolve(driver, "dispense", ("volume", 2, "mL"), ("rate", 2, "mL/min"));
        var killed = Scope(at: 4, () => throw new OperationCanceledException("killed"));
        await driver.Invoking(it => it.ExecuteAsync(command, killed, CancellationToken.None)).Should().ThrowAsync<OperationCanceledException>();
        ActionMark[] marks = [.. killed.Marks, new("hold", "at rest", _clock.GetUtcNow())];

        await driver.ConnectAsync(CancellationToken.None);
        var recovery = await driver.RecoverAsync(Commands.Started(command, _clock, marks), Scope(at: 1, () => Task.Delay(Visit, _clock)), CancellationToken.None);

        var outcome = recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome;
        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        outcome.Outputs["volume"].Value.Should().BeApproximately(2, 0.002);
        bench.Effects.All.Count(effect => effect.Kind == EffectKind.Dispense).Should().Be(1);
    }

    [Fact]
    public async Task A_stirrer_that_is_held_rests_and_stirs_the_time_that_is_left()
    {
        using var bench = new ColourBench(7, _clock);
        await using var driver = Driver("ika-namur", _ => Task.FromResult(bench.Connect("stirrer")));
        await driver.ConnectAsync(CancellationToken.None);
        var speed = double.NaN;
        var scope = Scope(at: 8, async () =>
        {
            await Task.Delay(Visit, _clock);
            speed = (await driver.ReadPropertiesAsync(CancellationToken.None))["speed"].Value;
        });
        var began = _clock.GetUtcNow();

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "stir", ("speed", 400, "rpm"), ("duration", 60, "s")), scope, CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        speed.Should().BeLessThan(5);
        (_clock.GetUtcNow() - began - Visit).TotalSeconds.Should().BeInRange(60, 130, "a minute of stirring and what the motor needs to run down twice");
    }

    [Fact]
    public async Task The_time_of_a_hold_is_not_counted_as_stirring_when_the_program_was_killed_in_it()
    {
        using var bench = new ColourBench(7, _clock);
        await using var driver = Driver("ika-namur", _ => Task.FromResult(bench.Connect("stirrer")));
        await driver.ConnectAsync(CancellationToken.None);
        var command = Commands.Resolve(driver, "stir", ("speed", 400, "rpm"), ("duration", 60, "s"));
        var killed = Scope(at: 8, () => throw new OperationCanceledException("killed"));
        await driver.Invoking(it => it.ExecuteAsync(command, killed, CancellationToken.None)).Should().ThrowAsync<OperationCanceledException>();
        ActionMark[] marks = [.. killed.Marks, new("hold", "at rest", _clock.GetUtcNow())];
        await Task.Delay(Visit, _clock);
        var since = _clock.GetUtcNow();

        await driver.ConnectAsync(CancellationToken.None);
        var recovery = await driver.RecoverAsync(
            Commands.Started(command, _clock, marks), Scope(at: 1, () => Task.CompletedTask, Visit), CancellationToken.None);

        var outcome = recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome;
        (outcome.Status, outcome.Cause).Should().Be((ActionStatus.Succeeded, CauseCode.Success), outcome.Message);
        (_clock.GetUtcNow() - since).TotalSeconds.Should().BeInRange(30, 90);
    }

    [Fact]
    public async Task A_robot_that_is_held_goes_on_with_the_same_run()
    {
        (string Key, string Value)[] settings =
        [
            ("pipette", "p300_single_gen2"), ("tip-slot", "1"), ("slot-1", "opentrons_96_tiprack_300ul"), ("slot-2", "nest_12_reservoir_15ml"), ("slot-3", "nest_96_wellplate_200ul_flat"),
        ];
        using var robot = new SimulatedDevice("opentrons-http", 9, _clock, settings: settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        await using var driver = Driver("opentrons-http", _ => Task.FromResult(robot.Connect()), settings);
        await driver.ConnectAsync(CancellationToken.None);
        var command = Commands.Resolve(
            driver, "transfer", ("volume", 100, "uL"), ("source-slot", 2, "1"), ("source-well", 3, "1"), ("target-slot", 3, "1"), ("target-well", 10, "1"), ("tip", 5, "1"));
        var (before, after) = (-1, -1);
        var scope = Scope(at: 3, async () =>
        {
            before = robot.Effects.All.Count();
            await Task.Delay(Visit, _clock);
            after = robot.Effects.All.Count();
        });

        var outcome = await driver.ExecuteAsync(command, scope, CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        before.Should().BeInRange(0, 2);
        after.Should().Be(before);
        robot.Surroundings<RobotDeck>().Volume(3, "B2").Should().Be(100);
        robot.Effects.All.Select(effect => effect.Kind).Should().Equal(EffectKind.Tip, EffectKind.Aspirate, EffectKind.Dispense, EffectKind.Moved);
    }

    private async Task<double> AfterAsync(IDriver driver)
    {
        await Task.Delay(Visit, _clock);
        return await DispensedAsync(driver);
    }

    private static async Task<double> DispensedAsync(IDriver driver) => (await driver.ReadPropertiesAsync(CancellationToken.None))["dispensed"].Value;

    /// <summary>Holds once, at this hold point of the action, for as long as something else takes.</summary>
    /// <param name="more">Time of the hold before this scope was there.</param>
    private ScriptedScope Scope(int at, Func<Task> meanwhile, TimeSpan more = default)
    {
        var points = 0;
        return new ScriptedScope(_clock)
        {
            OnHoldPoint = async (rest, goOn) =>
            {
                if (++points != at) return TimeSpan.Zero;
                var since = _clock.GetUtcNow();
                await rest();
                await meanwhile();
                await goOn();
                return _clock.GetUtcNow() - since + more;
            },
        };
    }

    private IDriver Driver(string family, Func<CancellationToken, Task<Stream>> connect, params (string Key, string Value)[] settings) => DriverFamilies.BuiltIn.Create(
        new DriverSettings(family, settings.ToImmutableSortedDictionary(setting => setting.Key, setting => setting.Value)), connect, _clock, LinkClock.Create());
}
