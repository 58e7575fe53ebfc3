using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Ika;

/// <summary>Transcripts follow the serial-interface chapter of the IKA RCT digital: blank CR LF ends a line, only IN_ commands are answered.</summary>
public sealed class IkaStirrerDriverTests
{
    private readonly JumpingClock _clock = new();
    private readonly ScriptedDevice _stirrer = new();

    [Fact]
    public async Task Stirring_marks_before_it_starts_and_before_it_stops_and_waits_for_rest()
    {
        var driver = await ConnectedAsync();
        Tell("OUT_SP_4 600").Say("IN_SP_4", "600.0 4").Tell("START_4").Say("IN_PV_4", "0.0 4")
            .Say("IN_PV_4", "90.0 4").Say("IN_PV_4", "601.0 4").Say("IN_PV_4", "599.0 4")
            .Tell("STOP_4").Say("IN_PV_4", "300.0 4").Say("IN_PV_4", "0.0 4");
        var atMark = new List<string>();
        var scope = new ScriptedScope(_clock) { OnMark = key => atMark.Add($"{key} after {_stirrer.Heard[^1].Trim()}") };
        var began = _clock.GetUtcNow();

        var outcome = await driver.ExecuteAsync(Stir(driver, 4), scope, CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded);
        outcome.Outputs["speed"].Should().Be(Quantity.Of(599, "rpm"));
        atMark.Should().Equal("starting after IN_SP_4", "turning after IN_PV_4", "stopping after IN_PV_4");
        scope.Progress.Should().Equal(0, 0.5, 1);
        (scope.Marks[^1].At - began).Should().Be(TimeSpan.FromSeconds(4));
        AssertFinished();
    }

    [Fact]
    public async Task Cancelling_stops_the_motor()
    {
        var driver = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        Tell("OUT_SP_4 600").Say("IN_SP_4", "600.0 4").Tell("START_4").Say("IN_PV_4", "20.0 4").Say("IN_PV_4", "600.0 4").Tell("STOP_4").Say("IN_PV_4", "0.0 4");
        var scope = new ScriptedScope(_clock) { OnReport = _ => cancel.Cancel() };

        var outcome = await driver.ExecuteAsync(Stir(driver, 60), scope, cancel.Token);

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        scope.Marks.Last().Value.Should().Be("cancelled");
        AssertFinished();
    }

    [Fact]
    public async Task An_aborted_unit_does_not_wait_for_the_motor_to_run_down_since_its_heater_may_be_on()
    {
        var driver = await ConnectedAsync();
        using var abort = new CancellationTokenSource();
        Tell("OUT_SP_4 600").Say("IN_SP_4", "600.0 4").Tell("START_4").Say("IN_PV_4", "20.0 4").Say("IN_PV_4", "600.0 4").Tell("STOP_4").Say("IN_PV_4", "580.0 4");
        var scope = new ScriptedScope(_clock) { OnReport = _ => abort.Cancel(), Aborting = abort.Token };

        var outcome = await driver.ExecuteAsync(Stir(driver, 60), scope, abort.Token);

        (outcome.Status, outcome.Message).Should().Be((ActionStatus.Cancelled, "the motor was switched off and still turned at 580 rpm"));
        AssertFinished();
    }

    [Fact]
    public async Task A_speed_that_was_not_taken_is_a_fault_and_the_motor_does_not_start()
    {
        var driver = await ConnectedAsync();
        Tell("OUT_SP_4 600").Say("IN_SP_4", "100.0 4");

        var stirring = () => driver.ExecuteAsync(Stir(driver, 4), new ScriptedScope(_clock), CancellationToken.None);

        await stirring.Should().ThrowAsync<InstrumentFaultException>().WithMessage("*600*says 100*");
        AssertFinished();
    }

    [Fact]
    public async Task A_blocked_motor_is_switched_off_and_fails()
    {
        var driver = await ConnectedAsync();
        Tell("OUT_SP_4 600").Say("IN_SP_4", "600.0 4").Tell("START_4").Say("IN_PV_4", "3.0 4");
        for (var i = 0; i < 9; i++) Say("IN_PV_4", "3.0 4");
        Tell("STOP_1").Tell("STOP_4").Say("IN_PV_4", "0.0 4");

        var outcome = await driver.ExecuteAsync(Stir(driver, 60), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.HardwareFault, false));
        AssertFinished();
    }

    [Fact]
    public async Task A_motor_that_does_not_stop_is_a_fault()
    {
        var driver = await ConnectedAsync();
        Tell("STOP_4").Say("IN_PV_4", "600.0 4");
        for (var i = 0; i < 61; i++) Say("IN_PV_4", "600.0 4");

        var recovering = () => RecoverAsync(driver, Starting(TimeSpan.FromSeconds(10)), new ActionMark("stopping", "time is over", _clock.GetUtcNow()));

        await recovering.Should().ThrowAsync<InstrumentFaultException>().WithMessage("the motor does not stop");
        AssertFinished();
    }

    [Fact]
    public async Task Heating_ends_when_the_plate_is_there_and_goes_on_holding()
    {
        var driver = await ConnectedAsync();
        Tell("OUT_SP_1 40").Say("IN_SP_1", "40.0 1").Tell("START_1").Say("IN_PV_2", "20.0 2").Say("IN_PV_2", "30.0 2").Say("IN_PV_2", "39.5 2");
        var scope = new ScriptedScope(_clock);

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "heat", ("temperature", 313.15, "K")), scope, CancellationToken.None);

        outcome.Outputs["temperature"].Should().Be(Quantity.Of(39.5, "°C"));
        scope.Progress.Should().Equal(0, 0.5, 1);
        AssertFinished();
    }

    [Fact]
    public async Task A_temperature_that_is_not_reached_in_time_is_unachievable_and_the_heater_goes_off()
    {
        var driver = await ConnectedAsync();
        Tell("OUT_SP_1 40").Say("IN_SP_1", "40.0 1").Tell("START_1").Say("IN_PV_2", "20.0 2").Say("IN_PV_2", "21.0 2").Tell("STOP_1").Say("IN_PV_2", "21.0 2");

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "heat", ("temperature", 40, "°C"), ("within", 1, "s")), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.Unachievable, true));
        AssertFinished();
    }

    [Fact]
    public async Task Cooling_switches_the_heater_off()
    {
        var driver = await ConnectedAsync();
        Tell("STOP_1").Say("IN_PV_2", "80.0 2");

        (await driver.ExecuteAsync(Commands.Resolve(driver, "cool"), new ScriptedScope(_clock), CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);
        AssertFinished();
    }

    [Theory]
    [InlineData("600.0")]
    [InlineData("600.0 2")]
    [InlineData("fast 4")]
    [InlineData("NaN 4")]
    [InlineData("\xFF 4")]
    public async Task A_number_without_its_channel_is_garbage(string reply)
    {
        var driver = await ConnectedAsync();
        Say("IN_PV_4", reply);

        await driver.Invoking(d => d.ReadPropertiesAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Fact]
    public async Task Recovery_without_a_mark_says_that_nothing_happened() =>
        (await RecoverAsync(await ConnectedAsync())).Should().BeOfType<Recovery.DidNotHappen>();

    [Fact]
    public async Task Recovery_of_a_motor_at_rest_says_that_nobody_knows_whether_it_had_started()
    {
        var driver = await ConnectedAsync();
        Say("IN_SP_4", "600.0 4").Say("IN_PV_4", "0.0 4").Say("IN_PV_4", "0.0 4");

        (await RecoverAsync(driver, Starting(TimeSpan.Zero))).Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("lost its power");
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_a_motor_at_rest_that_was_made_safe_meanwhile_says_that_nobody_knows()
    {
        var driver = await ConnectedAsync();
        Say("IN_SP_4", "600.0 4").Say("IN_PV_4", "0.0 4").Say("IN_PV_4", "0.0 4");
        var stirring = Commands.Started(Stir(driver, 10), _clock, Starting(TimeSpan.Zero)) with { WasMadeSafe = true };

        var recovery = await driver.RecoverAsync(stirring, new ScriptedScope(_clock), CancellationToken.None);

        recovery.Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("made safe");
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_heating_that_another_program_began_switches_off_and_leaves_it_to_the_host_whether_it_may_begin_anew()
    {
        var driver = await ConnectedAsync();
        Tell("STOP_1").Say("IN_PV_2", "35.0 2");

        (await driver.RecoverAsync(Heating(driver), new ScriptedScope(_clock), CancellationToken.None)).Should().BeOfType<Recovery.DidNotHappen>();
        AssertFinished();
    }

    [Fact]
    public async Task Heating_whose_link_broke_is_switched_off_too_since_a_plate_without_power_for_a_moment_is_off()
    {
        var driver = await ConnectedAsync();
        Tell("OUT_SP_1 40").Say("IN_SP_1", "40.0 1").Tell("START_1").Say("IN_PV_2", "20.0 2").Say("IN_PV_2", "nonsense");
        await driver.Invoking(d => d.ExecuteAsync(Heat(driver), new ScriptedScope(_clock), CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();
        Say("IN_NAME", "RCT digital").Tell("STOP_1").Say("IN_PV_2", "39.5 2");
        await driver.ConnectAsync(CancellationToken.None);

        (await driver.RecoverAsync(Heating(driver), new ScriptedScope(_clock), CancellationToken.None)).Should().BeOfType<Recovery.DidNotHappen>("at its temperature it may be with its heater off");
        AssertFinished();
    }

    [Fact]
    public async Task Heating_that_is_cancelled_before_it_begins_tells_the_plate_nothing()
    {
        var driver = await ConnectedAsync();

        (await driver.ExecuteAsync(Heat(driver), new ScriptedScope(_clock), new CancellationToken(canceled: true))).Status.Should().Be(ActionStatus.Cancelled);
        AssertFinished();
    }

    [Fact]
    public async Task Heating_that_is_cancelled_after_the_set_point_is_not_switched_on_and_a_plate_that_was_hot_goes_off()
    {
        var driver = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        Tell("OUT_SP_1 40").Say("IN_SP_1", "40.0 1").Tell("STOP_1").Say("IN_PV_2", "60.0 2");
        var scope = new ScriptedScope(_clock) { OnMark = _ => cancel.Cancel() };

        (await driver.ExecuteAsync(Heat(driver), scope, cancel.Token)).Status.Should().Be(ActionStatus.Cancelled);
        AssertFinished();
    }

    [Fact]
    public async Task A_motor_that_was_seen_to_turn_and_rests_was_stopped_by_somebody_and_is_not_started_again()
    {
        var driver = await ConnectedAsync();
        Say("IN_SP_4", "600.0 4").Say("IN_PV_4", "0.0 4").Say("IN_PV_4", "0.0 4");

        var recovery = await RecoverAsync(driver, Starting(TimeSpan.FromSeconds(5)), new ActionMark("turning", "90 rpm", _clock.GetUtcNow()));

        recovery.Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("somebody stopped it");
        AssertFinished();
    }

    [Fact]
    public async Task To_stir_twice_is_not_to_stir_once_and_to_heat_twice_is()
    {
        var driver = await ConnectedAsync();

        driver.Commands.ToDictionary(command => command.Name, command => command.Effect).Should().Equal(new Dictionary<string, Effect> { ["stir"] = Effect.Relative, ["heat"] = Effect.Set, ["cool"] = Effect.Set });
    }

    [Fact]
    public async Task Recovery_of_a_turning_motor_stirs_for_the_rest_of_the_time_without_starting_again()
    {
        var driver = await ConnectedAsync();
        Say("IN_SP_4", "600.0 4").Say("IN_PV_4", "600.0 4").Say("IN_PV_4", "600.0 4").Say("IN_PV_4", "600.0 4").Tell("STOP_4").Say("IN_PV_4", "0.0 4");
        var before = _clock.GetUtcNow();

        var recovery = await RecoverAsync(driver, Starting(TimeSpan.FromSeconds(9)));

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Cause.Should().Be(CauseCode.Success);
        (_clock.GetUtcNow() - before).Should().Be(TimeSpan.FromSeconds(1), "9 of 10 s had passed");
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_a_motor_that_is_just_getting_faster_counts_it_as_turning()
    {
        var driver = await ConnectedAsync();
        Say("IN_SP_4", "600.0 4").Say("IN_PV_4", "2.0 4").Say("IN_PV_4", "120.0 4").Say("IN_PV_4", "120.0 4").Tell("STOP_4").Say("IN_PV_4", "0.0 4");

        var recovery = await RecoverAsync(driver, Starting(TimeSpan.FromSeconds(9.5)));

        recovery.Should().BeOfType<Recovery.Happened>();
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_long_after_the_time_stops_at_once_and_warns()
    {
        var driver = await ConnectedAsync();
        Say("IN_SP_4", "600.0 4").Say("IN_PV_4", "600.0 4").Say("IN_PV_4", "600.0 4").Tell("STOP_4").Say("IN_PV_4", "0.0 4");

        var outcome = (await RecoverAsync(driver, Starting(TimeSpan.FromSeconds(40)))).Should().BeOfType<Recovery.Happened>().Which.Outcome;

        (outcome.Status, outcome.Cause).Should().Be((ActionStatus.Succeeded, CauseCode.SuccessWithWarnings));
        outcome.Message.Should().Contain("30 s longer");
        AssertFinished();
    }

    [Theory]
    [InlineData("time is over", ActionStatus.Succeeded)]
    [InlineData("cancelled", ActionStatus.Cancelled)]
    public async Task Recovery_of_a_stop_under_way_sends_stop_again(string reason, ActionStatus status)
    {
        var driver = await ConnectedAsync();
        Tell("STOP_4").Say("IN_PV_4", "0.0 4");

        var recovery = await RecoverAsync(driver, Starting(TimeSpan.FromSeconds(10)), new ActionMark("stopping", reason, _clock.GetUtcNow()));

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(status);
        AssertFinished();
    }

    private IkaStirrerDriverTests Say(string command, string reply)
    {
        _stirrer.Expect(command + " \r\n", reply + " \r\n");
        return this;
    }

    private IkaStirrerDriverTests Tell(string command)
    {
        _stirrer.Expect(command + " \r\n", null);
        return this;
    }

    private ActionMark Starting(TimeSpan ago) => new("starting", "600 rpm", _clock.GetUtcNow() - ago);

    private static DriverCommand Stir(IDriver driver, double seconds) => Commands.Resolve(driver, "stir", ("speed", 600, "rpm"), ("duration", seconds, "s"));

    private static DriverCommand Heat(IDriver driver) => Commands.Resolve(driver, "heat", ("temperature", 40, "°C"));

    private StartedAction Heating(IDriver driver) => Commands.Started(Heat(driver), _clock, new ActionMark("heating", "40 °C", _clock.GetUtcNow()));

    private async Task<Recovery> RecoverAsync(IDriver driver, params ActionMark[] marks)
    {
        var recovery = await driver.RecoverAsync(Commands.Started(Stir(driver, 10), _clock, marks), new ScriptedScope(_clock), CancellationToken.None);
        _stirrer.Heard.Should().NotContain(line => line.Contains("START"));
        return recovery;
    }

    private async Task<IDriver> ConnectedAsync()
    {
        var driver = DriverFamilies.BuiltIn.Create(Commands.Settings("ika-namur"), _stirrer.ConnectAsync, _clock, new JumpingClock());
        Say("IN_NAME", "RCT digital");
        (await driver.ConnectAsync(CancellationToken.None)).Model.Should().Be("RCT digital");
        return driver;
    }

    private void AssertFinished() => _stirrer.IsFinished.Should().BeTrue(_stirrer.Surprise ?? "the whole script has to be played");
}
