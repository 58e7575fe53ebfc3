using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.NewEra;

/// <summary>Transcripts follow the RS-232 chapter of the NE-1000 user manual: CR ends a command, replies stand between STX and ETX.</summary>
public sealed class NewEraPumpDriverTests
{
    private readonly JumpingClock _clock = new();
    private readonly JumpingClock _linkClock = new();
    private readonly ScriptedDevice _pump = new();

    [Fact]
    public async Task Connecting_asks_who_it_is_and_sets_only_a_diameter_that_differs()
    {
        Say("", "S").Say("VER", "SNE1000V3.928").Say("DIA", "S10.00").Say("", "S").Say("DIA 26.59", "S");

        var identity = await Driver().ConnectAsync(CancellationToken.None);

        identity.Should().Be(new InstrumentIdentity("New Era Pump Systems", "NE-1000", "unknown", "3.928"));
        AssertFinished();
    }

    [Fact]
    public async Task Connecting_stops_nothing_so_that_a_run_under_way_can_be_followed()
    {
        Say("", "I").Say("VER", "INE1000V3.928").Say("DIA", "I26.59");

        await Driver().ConnectAsync(CancellationToken.None);

        AssertFinished();
    }

    [Fact]
    public async Task The_alarm_after_power_came_on_is_heard_and_the_pump_used()
    {
        Say("", "A?R").Say("VER", "SNE1000V3.928").Say("DIA", "S26.59");

        var connecting = () => Driver().ConnectAsync(CancellationToken.None);

        await connecting.Should().NotThrowAsync();
        AssertFinished();
    }

    [Fact]
    public async Task A_dispense_clears_the_counters_marks_and_only_then_runs()
    {
        var driver = await ConnectedAsync();
        SayUpToRun("INF", "5.000", "0.500");
        Say("RUN", "I").Say("DIS", "II0.200W0.000ML").Say("DIS", "SI0.500W0.000ML");
        var heardBeforeMark = -1;
        var scope = new ScriptedScope(_clock) { OnMark = _ => heardBeforeMark = _pump.Heard.Count(line => line.Contains("RUN")) };

        var outcome = await driver.ExecuteAsync(Dispense(driver), scope, CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded);
        outcome.Outputs["volume"].Should().Be(Quantity.Of(0.5, "mL"));
        heardBeforeMark.Should().Be(0, "the mark has to be durable before RUN");
        scope.Progress.Should().Equal(0.4, 1);
        scope.Observed["dispensed"].Should().Be(Quantity.Of(0.5, "mL"));
        AssertFinished();
    }

    [Fact]
    public async Task A_withdrawal_counts_what_was_withdrawn()
    {
        var driver = await ConnectedAsync();
        SayUpToRun("WDR", "28.32", "4.000");
        Say("RUN", "W").Say("DIS", "SI0.000W4.000ML");

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "withdraw", ("volume", 4000, "uL"), ("rate", 28.32, "mL/min")), new ScriptedScope(_clock), CancellationToken.None);

        outcome.Outputs["volume"].Should().Be(Quantity.Of(4, "mL"));
        AssertFinished();
    }

    [Fact]
    public async Task A_counter_that_does_not_clear_is_a_fault_and_the_pump_does_not_run()
    {
        var driver = await ConnectedAsync();
        SayUpToRun("INF", "5.000", "0.500", counter: "SI0.100W0.000ML");

        var running = () => driver.ExecuteAsync(Dispense(driver), new ScriptedScope(_clock), CancellationToken.None);

        await running.Should().ThrowAsync<InstrumentFaultException>();
        AssertFinished();
    }

    [Fact]
    public async Task Cancelling_stops_twice_and_tells_the_volume_reached()
    {
        var driver = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        SayUpToRun("INF", "5.000", "0.500");
        Say("RUN", "I").Say("DIS", "II0.200W0.000ML").Say("", "I").Say("STP", "P").Say("STP", "S").Say("DIS", "SI0.213W0.000ML");
        var scope = new ScriptedScope(_clock) { OnReport = _ => cancel.Cancel() };

        var outcome = await driver.ExecuteAsync(Dispense(driver), scope, cancel.Token);

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        outcome.Outputs["volume"].Should().Be(Quantity.Of(0.213, "mL"));
        AssertFinished();
    }

    [Fact]
    public async Task A_motor_that_stalls_fails_in_plain_words_with_the_volume_it_reached()
    {
        var driver = await ConnectedAsync();
        SayUpToRun("INF", "5.000", "0.500");
        Say("RUN", "I").Say("DIS", "A?S").Say("DIS", "SI0.312W0.000ML").Say("DIS", "SI0.312W0.000ML");

        var outcome = await driver.ExecuteAsync(Dispense(driver), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable, outcome.Message).Should().Be((ActionStatus.Failed, CauseCode.HardwareFault, false, "the pump is in alarm: its motor stalled, after 0.312 of 0.500 mL"));
        outcome.Outputs["volume"].Should().Be(Quantity.Of(0.312, "mL"));
        AssertFinished();
    }

    [Theory]
    [InlineData("A?E", "*program is in error")]
    [InlineData("S?NA", "*refused 'DIS'*")]
    public async Task A_pump_that_does_not_tell_after_an_alarm_is_a_fault(string second, string message)
    {
        var driver = await ConnectedAsync();
        SayUpToRun("INF", "5.000", "0.500");
        Say("RUN", "I").Say("DIS", "A?S").Say("DIS", second);

        var running = () => driver.ExecuteAsync(Dispense(driver), new ScriptedScope(_clock), CancellationToken.None);

        (await running.Should().ThrowAsync<InstrumentFaultException>()).WithMessage(message);
        AssertFinished();
    }

    [Fact]
    public async Task A_pump_that_lost_power_has_lost_its_counters_and_is_not_asked_for_them()
    {
        var driver = await ConnectedAsync();
        SayUpToRun("INF", "5.000", "0.500");
        Say("RUN", "I").Say("DIS", "A?R");

        var running = () => driver.ExecuteAsync(Dispense(driver), new ScriptedScope(_clock), CancellationToken.None);

        (await running.Should().ThrowAsync<InstrumentFaultException>()).WithMessage("*power was interrupted");
        AssertFinished();
    }

    [Fact]
    public async Task A_pump_that_stops_by_itself_fails_with_the_volume_it_reached()
    {
        var driver = await ConnectedAsync();
        SayUpToRun("INF", "5.000", "0.500");
        Say("RUN", "I").Say("DIS", "PI0.300W0.000ML").Say("", "P").Say("STP", "S").Say("DIS", "SI0.300W0.000ML");

        var outcome = await driver.ExecuteAsync(Dispense(driver), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.HardwareFault, false));
        outcome.Outputs["volume"].Should().Be(Quantity.Of(0.3, "mL"));
        AssertFinished();
    }

    [Fact]
    public async Task A_pump_that_never_ends_is_stopped()
    {
        var driver = await ConnectedAsync();
        SayUpToRun("INF", "5.000", "0.500");
        Say("RUN", "I");
        for (var i = 0; i < 10; i++) Say("DIS", "II0.001W0.000ML");
        Say("", "I").Say("STP", "P").Say("STP", "S").Say("DIS", "SI0.001W0.000ML");

        var outcome = await driver.ExecuteAsync(Dispense(driver), new ScriptedScope(_clock), CancellationToken.None);

        outcome.Message.Should().Contain("much longer");
        AssertFinished();
    }

    [Theory]
    [InlineData("00SHELLO")]
    [InlineData("\x02" + "07SI0.000W0.000ML")]
    [InlineData("\x02" + "00SI0.000W0.00xML")]
    [InlineData("\x02" + "00ZI0.000W0.000ML")]
    [InlineData("\xFF\xFE")]
    public async Task Garbage_breaks_the_link_and_nothing_more_is_sent(string reply)
    {
        var driver = await ConnectedAsync();
        _pump.Expect("00DIS\r", reply + "\x03");

        var reading = () => driver.ReadPropertiesAsync(CancellationToken.None);

        await reading.Should().ThrowAsync<InstrumentLinkException>().WithMessage("*no reply of its protocol*");
        await reading.Should().ThrowAsync<InstrumentLinkException>().WithMessage("*closed*");
        AssertFinished();
    }

    [Fact]
    public async Task Silence_is_a_lost_link_after_the_reply_timeout()
    {
        var driver = await ConnectedAsync();
        _pump.Expect("00DIS\r", null);

        var reading = () => driver.ReadPropertiesAsync(CancellationToken.None);

        await reading.Should().ThrowAsync<InstrumentLinkException>().WithMessage("*did not answer within 2 s*");
    }

    [Fact]
    public async Task A_refused_setting_is_a_fault_that_says_which()
    {
        var driver = await ConnectedAsync();
        Say("", "S").Say("DIR INF", "S").Say("RAT 5.000 MM", "S?OOR");

        var running = () => driver.ExecuteAsync(Dispense(driver), new ScriptedScope(_clock), CancellationToken.None);

        (await running.Should().ThrowAsync<InstrumentFaultException>()).WithMessage("*RAT 5.000 MM*out of its range*");
    }

    [Fact]
    public void Rates_end_where_the_plunger_is_fastest()
    {
        var driver = Driver();

        var rate = driver.Commands.Single(command => command.Name == "dispense").Parameters.Single(parameter => parameter.Name == "rate");

        rate.High.Should().BeApproximately(28.32, 0.01, "the manual gives 1699 mL/h for a syringe of 26.59 mm");
    }

    [Fact]
    public void The_state_diagram_comes_from_the_machine() => Driver().ToMermaid().Should().Contain("Pumping --> Paused : SeenPaused");

    private ScriptedPump Say(string command, string reply) => new ScriptedPump(_pump).Say(command, reply);

    private void SayUpToRun(string direction, string rate, string volume, string counter = "SI0.000W0.000ML") => Say("", "S")
        .Say($"DIR {direction}", "S").Say($"RAT {rate} MM", "S").Say("VOL ML", "S").Say($"VOL {volume}", "S").Say("CLD INF", "S").Say("CLD WDR", "S").Say("DIS", counter);

    private static DriverCommand Dispense(IDriver driver) => Commands.Resolve(driver, "dispense", ("volume", 0.5, "mL"), ("rate", 5, "mL/min"));

    private IDriver Driver() => ScriptedPump.Driver(_pump, _clock, _linkClock);

    private async Task<IDriver> ConnectedAsync()
    {
        var driver = Driver();
        Say("", "S").Say("VER", "SNE1000V3.928").Say("DIA", "S26.59");
        await driver.ConnectAsync(CancellationToken.None);
        return driver;
    }

    private void AssertFinished() => _pump.IsFinished.Should().BeTrue(_pump.Surprise ?? "the whole script has to be played");
}
