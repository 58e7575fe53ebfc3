using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.SourceMeasure;

/// <summary>Transcripts follow the 2400 Series user's manual, section 18.</summary>
public sealed class ScpiSmuDriverTests
{
    private readonly JumpingClock _clock = new();
    private readonly ScriptedDevice _device = new();

    [Fact]
    public async Task Sourcing_notes_the_voltage_before_the_output_goes_on()
    {
        var driver = await ConnectedAsync();
        Off().SetUp().Tell("SENS:CURR:PROT 1.000000E-03").SwitchOn("2.500000E+00").Say("READ?", "+2.500010E+00,+1.250000E-04,+4.000000E+00");
        var scope = new ScriptedScope(_clock) { OnMark = _ => _device.Heard.Should().NotContain("OUTP ON\n") };

        var outcome = await driver.ExecuteAsync(Source(driver), scope, CancellationToken.None);

        (outcome.Status, outcome.Cause).Should().Be((ActionStatus.Succeeded, CauseCode.Success));
        (outcome.Outputs["voltage"].Value, outcome.Outputs["current"].Value).Should().Be((2.50001, 1.25e-4));
        scope.Marks.Single().Should().BeEquivalentTo(new { Key = "output", Value = "2.500000E+00" });
        AssertFinished();
    }

    [Fact]
    public async Task A_reached_current_limit_is_said_to_be_so()
    {
        var driver = await ConnectedAsync();
        On().Say("READ?", "+9.9E-01,+1.000000E-03,+1.200000E+01");

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "measure"), new ScriptedScope(_clock), CancellationToken.None);

        outcome.Cause.Should().Be(CauseCode.SuccessWithWarnings);
        outcome.Message.Should().Contain("current limit");
    }

    [Fact]
    public async Task Measuring_with_the_output_off_asks_for_no_reading()
    {
        var driver = await ConnectedAsync();
        Off();

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "measure"), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.Unachievable, true));
        AssertFinished();
    }

    [Fact]
    public async Task A_sweep_measures_at_each_point_and_ends_with_the_output_off()
    {
        var driver = await ConnectedAsync();
        Tell("OUTP OFF").Off().SetUp().Tell("SENS:CURR:PROT 1.000000E-02").SwitchOn("-1.000000E+00").Say("READ?", "-1.0,-1.0E-03,4");
        Tell("SOUR:VOLT 0.000000E+00").Say("READ?", "0.0,0.0,4").Tell("SOUR:VOLT 1.000000E+00").Say("READ?", "1.0,1.0E-03,12");
        Say("SYST:ERR?", "0,\"No error\"").Tell("OUTP OFF").Off();
        var scope = new ScriptedScope(_clock);

        var outcome = await driver.ExecuteAsync(Sweep(driver, 3), scope, CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Outputs["limited"].Value).Should().Be((ActionStatus.Succeeded, CauseCode.SuccessWithWarnings, 1));
        var curve = (Series)outcome.Data["curve"];
        curve.Columns.Select(column => $"{column.Name}/{column.Unit}").Should().Equal("voltage/V", "current/A", "limited/1");
        curve.Values.Select(column => column.ToArray()).Should().BeEquivalentTo(new double[][] { [-1, 0, 1], [-1e-3, 0, 1e-3], [0, 0, 1] });
        scope.Progress.Should().Equal(1 / 3.0, 2 / 3.0, 1);
        AssertFinished();
    }

    [Fact]
    public async Task A_cancelled_sweep_switches_off_and_gives_what_it_has()
    {
        var driver = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        Tell("OUTP OFF").Off().SetUp().Tell("SENS:CURR:PROT 1.000000E-02").SwitchOn("-1.000000E+00").Say("READ?", "-1.0,-1.0E-03,4");
        Tell("SOUR:VOLT 0.000000E+00").Tell("OUTP OFF").Off();
        var scope = new ScriptedScope(_clock) { OnReport = _ => cancel.Cancel() };

        var outcome = await driver.ExecuteAsync(Sweep(driver, 3), scope, cancel.Token);

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        ((Series)outcome.Data["curve"]).Rows.Should().Be(1);
        AssertFinished();
    }

    [Fact]
    public async Task A_refused_setting_is_a_fault_and_the_output_stays_off()
    {
        var driver = await ConnectedAsync();
        Off().SetUp().Tell("SENS:CURR:PROT 1.000000E-03").Tell("SOUR:VOLT 2.500000E+00").Say("SYST:ERR?", "+826,\"Attempt to exceed power limit\"").Say("SYST:ERR?", "0,\"No error\"");

        await driver.Invoking(it => it.ExecuteAsync(Source(it), new ScriptedScope(_clock), CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*power limit*");
        _device.Heard.Should().NotContain("OUTP ON\n");
    }

    [Theory]
    [InlineData("1.0,1.0E-03")]
    [InlineData("1.0,1.0E-03,4,5")]
    [InlineData("1.0,+9.910000E+37,4")]
    [InlineData("+9.900000E+37,1.0E-03,4")]
    [InlineData("1.0,1.0E-03,5")]
    [InlineData("1.0,1.0E-03,-4")]
    [InlineData("1.0,1.0E-03,4.5")]
    [InlineData("1.0,1.0E-03,1E+30")]
    [InlineData("1.0,NAN,4")]
    public async Task A_reading_that_is_none_breaks_the_link(string reading)
    {
        var driver = await ConnectedAsync();
        On().Say("READ?", reading);

        await driver.Invoking(it => it.ExecuteAsync(Commands.Resolve(it, "measure"), new ScriptedScope(_clock), CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Fact]
    public async Task Making_safe_is_verified()
    {
        var driver = await ConnectedAsync();
        Tell("OUTP OFF").Off().Tell("OUTP OFF").On();

        await driver.MakeSafeAsync(CancellationToken.None);
        await driver.Invoking(it => it.MakeSafeAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*does not switch its output off");
    }

    [Fact]
    public async Task Recovery_of_a_source_that_is_on_as_told_measures_and_does_not_set_it_again()
    {
        var driver = await ConnectedAsync();
        On().Say("SOUR:VOLT?", "+2.500000E+00").Say("SENS:CURR:PROT?", "+1.000000E-03").Say("READ?", "2.5,1.0E-04,4");

        var recovery = await RecoverAsync(driver, Source(driver), "2.500000E+00");

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Outputs["voltage"].Value.Should().Be(2.5);
        AssertFinished();
    }

    [Theory]
    [InlineData("+2.400000E+00", "+1.000000E-03")]
    [InlineData("+2.500000E+00", "+1.000000E-02")]
    public async Task Recovery_of_a_source_that_is_set_otherwise_lets_it_be_set_again(string voltage, string limit)
    {
        var driver = await ConnectedAsync();
        On().Say("SOUR:VOLT?", voltage);
        if (voltage == "+2.500000E+00") Say("SENS:CURR:PROT?", limit);

        (await RecoverAsync(driver, Source(driver), "2.500000E+00")).Should().BeOfType<Recovery.DidNotHappen>();
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_a_sweep_switches_off_before_it_may_run_again()
    {
        var driver = await ConnectedAsync();
        Tell("OUTP OFF").Off();

        (await RecoverAsync(driver, Sweep(driver, 3), "-1.000000E+00")).Should().BeOfType<Recovery.DidNotHappen>();
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_without_a_mark_says_that_nothing_happened() =>
        (await RecoverAsync(await ConnectedAsync(), Sweep(await ConnectedAsync(), 3), null)).Should().BeOfType<Recovery.DidNotHappen>();

    [Fact]
    public async Task A_self_test_that_finds_something_is_a_failure()
    {
        var driver = await ConnectedAsync();
        Tell("OUTP OFF").Off().SetUp().Say("*TST?", "1").Say("*ESR?", "8").Say("SYST:ERR?", "0,\"No error\"");

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "self-test"), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Recoverable).Should().Be((ActionStatus.Failed, false));
        outcome.Message.Should().Be("the self test ended with 1, events: DeviceError");
        AssertFinished();
    }

    [Fact]
    public async Task Four_wires_sense_at_the_device_under_test()
    {
        var driver = await ConnectedAsync(("wires", "4"));
        Off().SetUp("ON").Tell("SENS:CURR:PROT 1.000000E-03").SwitchOn("2.500000E+00").Say("READ?", "2.5,1E-4,4");

        await driver.ExecuteAsync(Source(driver), new ScriptedScope(_clock), CancellationToken.None);

        AssertFinished();
    }

    [Fact]
    public async Task The_ranges_are_those_of_the_settings()
    {
        var driver = await ConnectedAsync(("highest-voltage", "5"), ("highest-current", "0.01"));

        var source = driver.Commands.Single(command => command.Name == "source-voltage").Parameters;

        (source[0].Low, source[0].High, source[1].High).Should().Be((-5, 5, 0.01));
    }

    private ScpiSmuDriverTests Say(string query, string reply)
    {
        _device.Expect(query + "\n", reply + "\n");
        return this;
    }

    private ScpiSmuDriverTests Tell(string message)
    {
        _device.Expect(message + "\n", null);
        return this;
    }

    private ScpiSmuDriverTests Off() => Say("OUTP?", "0");

    private ScpiSmuDriverTests On() => Say("OUTP?", "1");

    private ScpiSmuDriverTests SetUp(string remoteSense = "OFF") => Tell("*RST").Tell("*CLS").Tell("*ESE 60").Tell("*OPC").Say("*ESR?", "0").Say("*ESR?", "1")
        .Tell("SOUR:FUNC VOLT;:SOUR:VOLT:MODE FIX;:SOUR:CLE:AUTO OFF").Tell("SENS:FUNC:CONC ON;:SENS:FUNC \"VOLT\",\"CURR\";:FORM:ELEM VOLT,CURR,STAT")
        .Tell($"SYST:RSEN {remoteSense}").Say("SYST:ERR?", "0,\"No error\"");

    private ScpiSmuDriverTests SwitchOn(string voltage) => Tell($"SOUR:VOLT {voltage}").Say("SYST:ERR?", "0,\"No error\"").Tell("OUTP ON").Say("*OPC?", "1").Say("SYST:ERR?", "0,\"No error\"").On();

    private static DriverCommand Source(IDriver driver) => Commands.Resolve(driver, "source-voltage", ("voltage", 2.5, "V"), ("current-limit", 1, "mA"));

    private static DriverCommand Sweep(IDriver driver, int points) => Commands.Resolve(driver, "sweep", ("from", -1, "V"), ("to", 1, "V"), ("points", points, "1"));

    private Task<Recovery> RecoverAsync(IDriver driver, DriverCommand command, string? mark) => driver.RecoverAsync(
        Commands.Started(command, _clock, mark is null ? [] : [new ActionMark("output", mark, _clock.GetUtcNow())]), new ScriptedScope(_clock), CancellationToken.None);

    private async Task<IDriver> ConnectedAsync(params (string, string)[] settings)
    {
        var driver = DriverFamilies.BuiltIn.Create(Commands.Settings("scpi-smu", settings), _device.ConnectAsync, _clock, new JumpingClock());
        Say("*IDN?", "KEITHLEY INSTRUMENTS INC.,MODEL 2400,1234567,C30   Mar 17 2006 09:29:29/A02  /K/J").Off();
        (await driver.ConnectAsync(CancellationToken.None)).Model.Should().Be("MODEL 2400");
        return driver;
    }

    private void AssertFinished() => _device.IsFinished.Should().BeTrue(_device.Surprise ?? "the whole script has to be played");
}
