using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Modbus;

/// <summary>Transcripts follow the Modbus specifications and the register table of the thermostat's page.</summary>
public sealed class ModbusThermostatDriverTests
{
    private const string Identity = "04 0000 0004";
    private const string Who = "04 08 5442 0001 E240 0067";
    private const string Condition = "04 000A 0007";
    private const string Settings = "03 0000 0005";
    private const string Before = "03 0A 07D0 0000 0000 2AF8 0000";
    private const string On = "06 0002 0001";
    private const string Off = "06 0002 0000";

    private readonly JumpingClock _clock = new();
    private readonly ScriptedDevice _thermostat = new();
    private string _framing = "rtu";
    private int _transaction;

    [Theory]
    [InlineData("tcp")]
    [InlineData("rtu")]
    public async Task Connecting_asks_who_it_is(string framing)
    {
        _framing = framing;
        var driver = Create();
        Say(Identity, Who);

        (await driver.ConnectAsync(CancellationToken.None)).Should().Be(new InstrumentIdentity("Modbus", "bath thermostat TB", "00123456", "1.03"));
        AssertFinished();
    }

    [Fact]
    public async Task Some_other_device_is_refused()
    {
        var driver = Create();
        Say(Identity, "04 08 1234 0001 E240 0067");

        await driver.Invoking(d => d.ConnectAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*1234h*5442h*");
    }

    [Fact]
    public async Task What_could_not_be_identified_can_still_be_made_safe()
    {
        var driver = Create();
        Say(Identity, "04 08 1234 0001 E240 0067").Say(Off, Off).Say(Condition, State(20, 0));
        await driver.Invoking(d => d.ConnectAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>();

        await driver.MakeSafeAsync(CancellationToken.None);

        AssertFinished();
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("rtu")]
    public async Task Holding_marks_before_the_first_byte_that_changes_something_and_waits_until_the_bath_stays(string framing)
    {
        var driver = await ConnectedAsync(framing);
        Say(Settings, Before).Say("10 0000 0002 04 0F A0 0000", "10 0000 0002").Say(Settings, "03 0A 0FA0 0000 0000 2AF8 0000").Say(On, On)
            .Say(Condition, State(30, 1)).Say(Condition, State(39.8, 1)).Say(Condition, State(38, 1)).Say(Condition, State(40.1, 1)).Say(Condition, State(39.9, 1));
        var atMark = new List<int>();
        var scope = new ScriptedScope(_clock) { OnMark = _ => atMark.Add(_thermostat.Heard.Count) };

        var outcome = await driver.ExecuteAsync(Hold(driver, 40, ("settled", 1, "s")), scope, CancellationToken.None);

        outcome.Outputs["temperature"].Should().Be(Quantity.Of(39.9, "°C"));
        atMark.Should().Equal(1);
        scope.Progress[0].Should().Be(0);
        AssertFinished();
    }

    [Fact]
    public async Task A_ramp_sets_its_rate_and_may_take_its_time()
    {
        var driver = await ConnectedAsync();
        Say(Settings, Before).Say("10 0000 0002 04 F830 00C8", "10 0000 0002").Say(Settings, "03 0A F830 00C8 0001 2AF8 0000").Say(On, On).Say(Condition, State(-19.98, 1));
        var command = Commands.Resolve(Create(("lowest-temperature", "-20")), "ramp", ("temperature", -20, "°C"), ("rate", 2, "K/min"), ("settled", 0, "s"));

        (await driver.ExecuteAsync(command, new ScriptedScope(_clock), CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);
        AssertFinished();
    }

    [Fact]
    public async Task A_set_point_that_was_not_taken_is_a_fault_and_control_stays_off()
    {
        var driver = await ConnectedAsync();
        Say(Settings, Before).Say("10 0000 0002 04 0FA0 0000", "10 0000 0002").Say(Settings, "03 0A 07D0 0000 0000 2AF8 0000");

        await Holding(driver).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*set to 40 °C*has 20 °C*");
        AssertFinished();
    }

    [Fact]
    public async Task A_panel_in_Fahrenheit_is_read_with_the_values_and_written_in_its_own_unit()
    {
        var driver = await ConnectedAsync();
        Say(Settings, "03 0A 07D0 0000 0000 2AF8 0001").Say("10 0000 0002 04 28A0 0000", "10 0000 0002").Say(Settings, "03 0A 28A0 0000 0000 2AF8 0001").Say(On, On).Say(Condition, State(104, 1, panel: 1));

        var outcome = await driver.ExecuteAsync(Hold(driver, 40, ("settled", 0, "s")), new ScriptedScope(_clock), CancellationToken.None);

        outcome.Outputs["temperature"].Should().Be(Quantity.Of(40, "°C"));
        AssertFinished();
    }

    [Fact]
    public async Task A_panel_that_is_switched_between_looking_and_writing_is_found_out_before_control_goes_on()
    {
        var driver = await ConnectedAsync();
        Say(Settings, Before).Say("10 0000 0002 04 0FA0 0000", "10 0000 0002").Say(Settings, "03 0A 0FA0 0000 0000 2AF8 0001");

        await Holding(driver).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*set to 40 °C*has 4.44 °C*");
        AssertFinished();
    }

    [Fact]
    public async Task A_unit_that_is_not_known_is_a_fault_that_says_what_to_do()
    {
        var driver = await ConnectedAsync();
        Say(Condition, State(20, 0, panel: 2));

        await driver.Invoking(d => d.ReadPropertiesAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("the thermostat shows temperatures in a unit*(code 2); set its panel to °C");
    }

    [Fact]
    public async Task A_temperature_that_is_not_reached_in_time_is_unachievable_and_control_goes_off()
    {
        var driver = await ConnectedAsync();
        Start().Say(Condition, State(20, 1)).Say(Condition, State(20, 1)).Say(Condition, State(20, 1)).Say(Off, Off).Say(Condition, State(20, 0));

        var outcome = await driver.ExecuteAsync(Hold(driver, 40, ("within", 1, "s"), ("settled", 0, "s")), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.Unachievable, true));
        AssertFinished();
    }

    [Fact]
    public async Task Cancelling_switches_heater_and_cooler_off()
    {
        var driver = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        Start().Say(Condition, State(20, 1)).Say(Off, Off).Say(Condition, State(20, 0));
        var scope = new ScriptedScope(_clock) { OnReport = _ => cancel.Cancel() };

        (await driver.ExecuteAsync(Hold(driver, 40), scope, cancel.Token)).Status.Should().Be(ActionStatus.Cancelled);
        AssertFinished();
    }

    [Theory]
    [InlineData(4, "*cut-out*")]
    [InlineData(8, "*sensor*")]
    [InlineData(0, "*keys*")]
    public async Task A_thermostat_that_switched_itself_off_fails_and_says_why(int flags, string message)
    {
        var driver = await ConnectedAsync();
        Start().Say(Condition, State(60, flags)).Say(Off, Off).Say(Condition, State(60, flags));

        var outcome = await driver.ExecuteAsync(Hold(driver, 40), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.HardwareFault, false));
        outcome.Message.Should().Match(message);
        AssertFinished();
    }

    [Fact]
    public async Task Releasing_and_making_safe_look_that_control_is_off()
    {
        var driver = await ConnectedAsync();
        Say(Off, Off).Say(Condition, State(30, 0)).Say(Off, Off).Say(Condition, State(30, 1));

        (await driver.ExecuteAsync(Commands.Resolve(driver, "release"), new ScriptedScope(_clock), CancellationToken.None)).Outputs["temperature"].Should().Be(Quantity.Of(30, "°C"));
        await driver.Invoking(d => d.MakeSafeAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*does not switch*off");
        AssertFinished();
    }

    [Theory]
    [InlineData("84 01", "*function*01*")]
    [InlineData("84 02", "*register*02*")]
    [InlineData("84 03", "*value*03*")]
    [InlineData("84 04", "*display*04*")]
    [InlineData("84 0B", "*exception 11*")]
    public async Task An_exception_is_a_fault_and_the_link_stays_open(string answer, string message)
    {
        var driver = await ConnectedAsync();
        Say(Condition, answer).Say(Condition, State(30, 0));

        await driver.Invoking(d => d.ReadPropertiesAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage(message);
        (await driver.ReadPropertiesAsync(CancellationToken.None))["temperature"].Should().Be(Quantity.Of(30, "°C"));
    }

    [Fact]
    public async Task A_busy_thermostat_is_asked_again_but_not_for_ever()
    {
        var driver = await ConnectedAsync();
        Say(Condition, "84 06").Say(Condition, "84 06").Say(Condition, State(30, 0));
        for (var k = 0; k < 21; k++) Say(Condition, "84 06");

        (await driver.ReadPropertiesAsync(CancellationToken.None))["temperature"].Should().Be(Quantity.Of(30, "°C"));
        await driver.Invoking(d => d.ReadPropertiesAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*stays busy*");
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_without_a_mark_says_that_nothing_happened() =>
        (await RecoverAsync(await ConnectedAsync(), marked: false)).Should().BeOfType<Recovery.DidNotHappen>();

    [Theory]
    [InlineData("03 0A 07D0 0000 0001 2AF8 0000", 1)]
    [InlineData("03 0A 0FA0 0000 0000 2AF8 0000", 0)]
    public async Task Recovery_finds_that_the_order_did_not_arrive(string settings, int flags)
    {
        var driver = await ConnectedAsync();
        Say(Settings, settings).Say(Condition, State(30, flags));

        (await RecoverAsync(driver)).Should().BeOfType<Recovery.DidNotHappen>();
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_a_running_control_waits_for_its_end_without_ordering_again()
    {
        var driver = await ConnectedAsync();
        Say(Settings, "03 0A 0FA0 0000 0001 2AF8 0000").Say(Condition, State(39, 1)).Say(Condition, State(39, 1)).Say(Condition, State(40, 1));

        (await RecoverAsync(driver)).Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
        AssertFinished();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Recovery_of_a_release_asks_whether_control_is_on(int on, bool happened)
    {
        var driver = await ConnectedAsync();
        Say(Settings, $"03 0A 0FA0 0000 000{on} 2AF8 0000");
        if (happened) Say(Off, Off).Say(Condition, State(30, 0));

        var recovery = await driver.RecoverAsync(Commands.Started(Commands.Resolve(driver, "release"), _clock), new ScriptedScope(_clock), CancellationToken.None);

        (recovery is Recovery.Happened).Should().Be(happened);
        AssertFinished();
    }

    private static string State(double temperature, int flags, int panel = 0) => $"04 0E {(ushort)(short)Math.Round(temperature * 100):X4} 0000 {flags:X4} 0000 0000 0001 {panel:X4}";

    private ModbusThermostatDriver Create(params (string, string)[] more) =>
        new(ModbusThermostatOptions.From(Commands.Settings("modbus-thermostat", [("framing", _framing), ("unit-id", "17"), .. more])), _thermostat.ConnectAsync, _clock, LinkClock.Create());

    private async Task<ModbusThermostatDriver> ConnectedAsync(string framing = "rtu")
    {
        _framing = framing;
        var driver = Create();
        Say(Identity, Who);
        await driver.ConnectAsync(CancellationToken.None);
        return driver;
    }

    private ModbusThermostatDriverTests Start() =>
        Say(Settings, Before).Say("10 0000 0002 04 0FA0 0000", "10 0000 0002").Say(Settings, "03 0A 0FA0 0000 0000 2AF8 0000").Say(On, On);

    private ModbusThermostatDriverTests Say(string request, string answer)
    {
        _transaction++;
        _thermostat.Expect(Frame(request), Frame(answer));
        return this;
    }

    private string Frame(string hex) => _framing == "tcp" ? Frames.Tcp(_transaction, "11" + hex) : Frames.Rtu("11" + hex);

    private static DriverCommand Hold(ModbusThermostatDriver driver, double temperature, params (string, double, string)[] more) =>
        Commands.Resolve(driver, "hold-temperature", [("temperature", temperature, "°C"), .. more]);

    private Func<Task> Holding(ModbusThermostatDriver driver) => () => driver.ExecuteAsync(Hold(driver, 40), new ScriptedScope(_clock), CancellationToken.None);

    private Task<Recovery> RecoverAsync(ModbusThermostatDriver driver, bool marked = true)
    {
        ActionMark[] marks = marked ? [new ActionMark("controlling", "", _clock.GetUtcNow())] : [];
        return driver.RecoverAsync(Commands.Started(Hold(driver, 40, ("settled", 0, "s")), _clock, marks), new ScriptedScope(_clock), CancellationToken.None);
    }

    private void AssertFinished() => (_thermostat.IsFinished, _thermostat.Surprise).Should().Be((true, null));
}
