using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.NewEra;

/// <summary>A program that was killed comes back and asks the pump what became of a dispense of 0.5 mL. RUN is never sent here.</summary>
public sealed class NewEraPumpRecoveryTests
{
    private readonly JumpingClock _clock = new();
    private readonly ScriptedDevice _device = new();

    [Fact]
    public async Task Without_a_mark_run_was_never_sent()
    {
        var driver = await ConnectedAsync();

        (await RecoverAsync(driver, marked: false)).Should().BeOfType<Recovery.DidNotHappen>();
    }

    [Fact]
    public async Task A_counter_that_is_read_at_zero_twice_says_that_run_did_not_arrive()
    {
        var driver = await ConnectedAsync();
        Pump.Say("DIS", "SI0.000W0.000ML").Say("DIS", "SI0.000W0.000ML");

        (await RecoverAsync(driver)).Should().BeOfType<Recovery.DidNotHappen>();
    }

    [Fact]
    public async Task A_zero_by_a_changed_digit_is_not_believed()
    {
        var driver = await ConnectedAsync();
        Pump.Say("DIS", "SI0.000W0.000ML").Say("DIS", "SI0.500W0.000ML");

        await this.Awaiting(_ => RecoverAsync(driver)).Should().ThrowAsync<InstrumentLinkException>().WithMessage("the pump at rest said (0, 0), and a moment later (0.5, 0)");
    }

    [Theory]
    [InlineData("SI0.500W0.000ML")]
    [InlineData("SI0.499W0.000ML")]
    [InlineData("SI500.0W0.000UL")]
    public async Task A_full_counter_says_that_it_happened(string counter)
    {
        var driver = await ConnectedAsync();
        Pump.Say("DIS", counter);

        var outcome = Happened(await RecoverAsync(driver));

        outcome.Status.Should().Be(ActionStatus.Succeeded);
        outcome.Outputs["volume"].Value.Should().BeApproximately(0.5, 0.0011);
    }

    [Fact]
    public async Task A_pump_still_running_is_followed_to_its_end()
    {
        var driver = await ConnectedAsync("I");
        Pump.Say("DIS", "II0.100W0.000ML").Say("DIS", "II0.250W0.000ML").Say("DIS", "SI0.500W0.000ML");

        Happened(await RecoverAsync(driver)).Status.Should().Be(ActionStatus.Succeeded);
    }

    [Fact]
    public async Task A_counter_in_between_is_a_fault_with_the_volume_reached()
    {
        var driver = await ConnectedAsync();
        Pump.Say("DIS", "SI0.200W0.000ML").Say("DIS", "SI0.200W0.000ML");

        var outcome = Happened(await RecoverAsync(driver));

        (outcome.Status, outcome.Cause).Should().Be((ActionStatus.Failed, CauseCode.HardwareFault));
        outcome.Outputs["volume"].Should().Be(Quantity.Of(0.2, "mL"));
    }

    [Fact]
    public async Task A_pump_that_lost_power_cannot_tell()
    {
        var driver = await ConnectedAsync("A?R");
        Pump.Say("DIS", "SI0.000W0.000ML").Say("DIS", "SI0.000W0.000ML");

        (await RecoverAsync(driver)).Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("lost power");
    }

    [Fact]
    public async Task Cancelling_while_recovering_stops_the_pump()
    {
        var driver = await ConnectedAsync("I");
        Pump.Say("DIS", "II0.100W0.000ML").Say("DIS", "II0.100W0.000ML").Say("", "I").Say("STP", "P").Say("STP", "S").Say("DIS", "SI0.101W0.000ML");

        var outcome = Happened(await driver.RecoverAsync(Started(driver, marked: true), new ScriptedScope(_clock), new CancellationToken(canceled: true)));

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        outcome.Outputs["volume"].Should().Be(Quantity.Of(0.101, "mL"));
    }

    private ScriptedPump Pump => new(_device);

    private static ActionOutcome Happened(Recovery recovery) => recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome;

    private async Task<IDriver> ConnectedAsync(string first = "S")
    {
        var driver = ScriptedPump.Driver(_device, _clock, new JumpingClock());
        var status = first == "I" ? "I" : "S";
        Pump.Say("", first).Say("VER", $"{status}NE1000V3.928").Say("DIA", $"{status}26.59");
        await driver.ConnectAsync(CancellationToken.None);
        return driver;
    }

    private async Task<Recovery> RecoverAsync(IDriver driver, bool marked = true)
    {
        var recovery = await driver.RecoverAsync(Started(driver, marked), new ScriptedScope(_clock), CancellationToken.None);
        _device.IsFinished.Should().BeTrue(_device.Surprise ?? "the whole script has to be played");
        _device.Heard.Should().NotContain(line => line.Contains("RUN"));
        return recovery;
    }

    private StartedAction Started(IDriver driver, bool marked)
    {
        var command = Commands.Resolve(driver, "dispense", ("volume", 0.5, "mL"), ("rate", 5, "mL/min"));
        return marked ? Commands.Started(command, _clock, new ActionMark("run", "0", _clock.GetUtcNow())) : Commands.Started(command, _clock);
    }
}
