using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Synthesis;

/// <summary>The driver of a furnace against the simulated one.</summary>
public sealed class EurothermFurnaceOnSimulatedTests : IDisposable
{
    private const string Furnace = "eurotherm-furnace";

    private readonly RoomStand _stand = new(Furnace, ("positions", "21-28"), ("unit-id", "9"));

    public void Dispose() => _stand.Dispose();

    [Fact]
    public async Task It_heats_what_stands_in_its_positions_for_hours_with_few_questions()
    {
        _stand.Floor.Stand(22, target: 2, recipe: 1, mass: 500);
        _stand.Floor.Stand(29, target: 2, recipe: 1, mass: 500);
        var driver = await _stand.ConnectAsync();
        var scope = new ScriptedScope(_stand.Clock);
        var began = _stand.Clock.GetUtcNow();

        var outcome = await driver.ExecuteAsync(Heat(driver, 850, 4), scope, CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        outcome.Outputs["peak"].Should().Be(Quantity.Of(850, "°C"));
        (_stand.Clock.GetUtcNow() - began).TotalHours.Should().BeInRange(8.65, 8.75, "1.4 h up, 4 h, and 3.3 h down to 80 °C");
        scope.Progress.Should().HaveCountLessThan(30, "no end is believed for longer than 20 min").And.BeInAscendingOrder();
        (_stand.Floor.Crucibles[22].Heatings, _stand.Floor.Crucibles[29].Heatings).Should().Be((1, 0));
        (await driver.ReadPropertiesAsync(CancellationToken.None)).Select(property => $"{property.Key} {property.Value.Value:0}").Should().Equal("door 1", "running 0", "setpoint 22", "temperature 80");
    }

    [Fact]
    public async Task A_brief_program_is_seen_to_end_within_seconds()
    {
        var driver = await _stand.ConnectAsync();
        var began = _stand.Clock.GetUtcNow();

        (await _stand.RunAsync(driver, "heat", ("temperature", 30, "°C"), ("duration", 5, "s"), ("ramp", 100, "K/min"))).Status.Should().Be(ActionStatus.Succeeded);

        (_stand.Clock.GetUtcNow() - began).TotalSeconds.Should().BeInRange(9, 13);
    }

    [Fact]
    public async Task Cancelled_the_heating_is_off_and_the_peak_is_told()
    {
        var driver = await _stand.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var scope = new ScriptedScope(_stand.Clock) { OnReport = progress => { if (progress > 0.3) cancel.Cancel(); } };

        var outcome = await driver.ExecuteAsync(Heat(driver, 850, 4), scope, cancel.Token);

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        outcome.Outputs["peak"].Value.Should().BeInRange(800, 850);
        (await driver.ReadPropertiesAsync(CancellationToken.None)).Should().Contain(property => property.Key == "running" && property.Value.Value == 0).And.Contain(property => property.Key == "door" && property.Value.Value == 0);
    }

    [Fact]
    public async Task A_program_that_the_protection_ends_is_a_fault_that_a_person_looks_at()
    {
        var driver = await _stand.ConnectAsync();
        var scope = new ScriptedScope(_stand.Clock) { OnReport = progress => { if (progress > 0.3) _stand.Floor.Overheat(Furnace); } };

        var outcome = await driver.ExecuteAsync(Heat(driver, 850, 4), scope, CancellationToken.None);

        (outcome.Cause, outcome.Recoverable, outcome.Outputs["peak"].Value).Should().Be((CauseCode.HardwareFault, false, 1210));
        outcome.Message.Should().StartWith("the over-temperature protection of the furnace tripped");
        (await _stand.RunAsync(driver, "heat", ("temperature", 100, "°C"), ("duration", 1, "h"))).Message.Should().Contain("acknowledge it there");
        _stand.Floor.Acknowledge(Furnace);
        (await _stand.RunAsync(driver, "heat", ("temperature", 100, "°C"), ("duration", 1, "h"))).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task An_open_door_hinders_a_program_and_ends_one()
    {
        var driver = await _stand.ConnectAsync();
        _stand.Floor.HoldDoor(Furnace, open: true);
        var refused = await _stand.RunAsync(driver, "heat", ("temperature", 850, "°C"), ("duration", 4, "h"));
        (refused.Cause, refused.Recoverable, refused.Message).Should().Be((CauseCode.Unachievable, true, "the furnace cannot heat: its door is open"));
        _stand.Floor.HoldDoor(Furnace, open: false);
        var scope = new ScriptedScope(_stand.Clock) { OnReport = progress => { if (progress > 0.3) _stand.Floor.HoldDoor(Furnace, open: true); } };

        var outcome = await driver.ExecuteAsync(Heat(driver, 850, 4), scope, CancellationToken.None);

        (outcome.Cause, outcome.Recoverable).Should().Be((CauseCode.HardwareFault, false));
        outcome.Message.Should().Contain("door");
    }

    [Fact]
    public async Task A_program_of_somebody_else_is_let_run()
    {
        var driver = await _stand.ConnectAsync();
        var command = Heat(driver, 850, 4);
        await driver.Invoking(one => one.ExecuteAsync(command, new ScriptedScope(_stand.Clock) { OnReport = _ => _stand.Device.Faults.Silent = true }, CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();
        _stand.Device.Faults.Silent = false;
        await driver.ConnectAsync(CancellationToken.None);

        var outcome = await driver.ExecuteAsync(command, new ScriptedScope(_stand.Clock), CancellationToken.None);

        (outcome.Status, outcome.Recoverable, outcome.Message).Should().Be((ActionStatus.Failed, false, "the furnace runs a program by somebody else's order"));
        _stand.Device.Effects.All.Should().ContainSingle().Which.Kind.Should().Be("heat");
    }

    [Fact]
    public async Task After_the_link_broke_on_the_way_the_program_is_followed_and_not_begun_again()
    {
        var driver = await _stand.ConnectAsync();

        var recovery = await _stand.BreakAndRecoverAsync(driver, Heat(driver, 850, 4));

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Outputs["peak"].Value.Should().Be(850);
        _stand.Device.Effects.All.Select(effect => (effect.Kind, effect.Amount)).Should().Equal(("heat", 850), ("peak", 850), ("dwelt", 14400));
    }

    [Theory]
    [InlineData(100, 4, "not this one")]
    [InlineData(850, 1, "not this one")]
    [InlineData(850, 4, null)]
    public async Task A_program_of_somebody_else_is_not_taken_for_its_own(double celsius, double hours, string? doubt)
    {
        var driver = await _stand.ConnectAsync();
        var began = new ActionMark("runs", "0", _stand.Clock.GetUtcNow());
        await driver.ExecuteAsync(Heat(driver, celsius, hours), new ScriptedScope(_stand.Clock), CancellationToken.None);

        var recovery = await driver.RecoverAsync(Commands.Started(Heat(driver, 850, 4), _stand.Clock, began), new ScriptedScope(_stand.Clock), CancellationToken.None);

        if (doubt is null) recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
        else recovery.Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain(doubt);
    }

    [Fact]
    public async Task A_program_that_was_written_again_after_another_one_ran_is_told_by_its_peak()
    {
        var driver = await _stand.ConnectAsync();
        var began = new ActionMark("runs", "0", _stand.Clock.GetUtcNow());
        await driver.ExecuteAsync(Heat(driver, 100, 1), new ScriptedScope(_stand.Clock), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await driver.ExecuteAsync(Heat(driver, 850, 4), new ScriptedScope(_stand.Clock), cancel.Token);

        var recovery = await driver.RecoverAsync(Commands.Started(Heat(driver, 850, 4), _stand.Clock, began), new ScriptedScope(_stand.Clock), CancellationToken.None);

        recovery.Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("100 °C and not to 850 °C");
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("garbage")]
    [InlineData("echo")]
    [InlineData("partial")]
    public Task What_goes_wrong_on_the_line_is_a_link_error(string fault) => _stand.RefusesAsync(fault, partialAfter: 9);

    private static DriverCommand Heat(IDriver driver, double celsius, double hours) => Commands.Resolve(driver, "heat", ("temperature", celsius, "°C"), ("duration", hours, "h"));
}
