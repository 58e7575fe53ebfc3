using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Spectrometer;

/// <summary>Transcripts follow docs/reference/instruments/spectrometer-scpi.md.</summary>
public sealed class ScpiSpectrometerDriverTests
{
    private readonly JumpingClock _clock = new();
    private readonly ScriptedDevice _device = new();

    [Fact]
    public async Task An_acquisition_notes_the_counter_before_it_starts_and_fetches_when_it_has_ended()
    {
        var driver = await ConnectedAsync();
        SayUpToInit();
        Tell("INIT").Say("SYST:ERR?", "0,\"No error\"").Measuring(true).Measuring(true).Measuring(false).Say("ACQ:NUMB?", "42");
        SayFetch();
        var scope = new ScriptedScope(_clock) { OnMark = _ => _device.Heard.Should().NotContain("INIT\n") };

        var outcome = await driver.ExecuteAsync(Acquire(driver), scope, CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded);
        outcome.Cause.Should().Be(CauseCode.Success);
        scope.Marks.Single().Should().BeEquivalentTo(new { Key = "count", Value = "41" });
        var spectrum = (Series)outcome.Data["spectrum"];
        spectrum.Columns.Should().Equal(new ColumnDescription("wavelength", Unit.Parse("nm")), new ColumnDescription("absorbance", Unit.Parse("AU")));
        spectrum.Values[0].Should().Equal(380, 385, 390);
        spectrum.Values[1].Should().Equal(-0.0031, 0.123456, 1.5);
        AssertFinished();
    }

    [Fact]
    public async Task A_saturated_detector_is_said_to_be_so()
    {
        var driver = await ConnectedAsync();
        SayUpToInit();
        Tell("INIT").Say("SYST:ERR?", "0,\"No error\"").Measuring(false).Say("ACQ:NUMB?", "42");
        SayFetch(reference: "45000,65535,45000");

        var outcome = await driver.ExecuteAsync(Acquire(driver), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause).Should().Be((ActionStatus.Succeeded, CauseCode.SuccessWithWarnings));
        outcome.Message.Should().Contain("saturated");
    }

    [Fact]
    public async Task A_refused_setting_is_a_fault_in_the_words_of_the_device()
    {
        var driver = await ConnectedAsync();
        Measuring(false).Measuring(false).Tell("*CLS;CONF:INT 100;CONF:AVER 8").Say("SYST:ERR?", "-222,\"Data out of range\"").Say("SYST:ERR?", "0,\"No error\"");

        var acquiring = () => driver.ExecuteAsync(Acquire(driver), new ScriptedScope(_clock), CancellationToken.None);

        await acquiring.Should().ThrowAsync<InstrumentFaultException>().WithMessage("*Data out of range*");
        _device.Heard.Should().NotContain("INIT\n");
        AssertFinished();
    }

    [Fact]
    public async Task Cancelling_aborts_the_acquisition()
    {
        var driver = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        SayUpToInit();
        Tell("INIT").Say("SYST:ERR?", "0,\"No error\"").Measuring(true).Measuring(true).Measuring(true).Tell("ABOR").Measuring(false);
        var scope = new ScriptedScope(_clock) { OnReport = _ => cancel.Cancel() };

        (await driver.ExecuteAsync(Acquire(driver), scope, cancel.Token)).Status.Should().Be(ActionStatus.Cancelled);
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_with_an_unchanged_counter_says_that_init_did_not_arrive()
    {
        var driver = await ConnectedAsync();
        Say("ACQ:COUN?", "41");

        (await RecoverAsync(driver, "41")).Should().BeOfType<Recovery.DidNotHappen>();
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_without_a_mark_says_that_nothing_happened() =>
        (await RecoverAsync(await ConnectedAsync(), null)).Should().BeOfType<Recovery.DidNotHappen>();

    [Fact]
    public async Task Recovery_of_a_counted_acquisition_waits_and_fetches_the_same_spectrum()
    {
        var driver = await ConnectedAsync();
        Say("ACQ:COUN?", "42").Set("100", "8").Measuring(true).Measuring(false).Say("ACQ:NUMB?", "42");
        SayFetch();

        var outcome = (await RecoverAsync(driver, "41")).Should().BeOfType<Recovery.Happened>().Which.Outcome;

        outcome.Data["spectrum"].As<Series>().Rows.Should().Be(3);
        _device.Heard.Should().NotContain("INIT\n");
        AssertFinished();
    }

    [Theory]
    [InlineData("200", "8")]
    [InlineData("100", "1")]
    public async Task The_next_acquisition_under_other_settings_is_somebody_elses_and_is_not_taken_for_ours(string integration, string averages)
    {
        var driver = await ConnectedAsync();
        Say("ACQ:COUN?", "42").Set(integration, averages);

        var outcome = (await RecoverAsync(driver, "41")).Should().BeOfType<Recovery.Happened>().Which.Outcome;

        (outcome.Status, outcome.Cause, outcome.Recoverable, outcome.Data.Count).Should().Be((ActionStatus.Failed, CauseCode.LinkLost, true, 0));
        outcome.Message.Should().Contain("somebody else's");
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_a_spectrum_that_was_overwritten_fails_and_may_be_repeated()
    {
        var driver = await ConnectedAsync();
        Say("ACQ:COUN?", "43").Set("100", "8").Measuring(false).Say("ACQ:NUMB?", "43");

        var outcome = (await RecoverAsync(driver, "41")).Should().BeOfType<Recovery.Happened>().Which.Outcome;

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.LinkLost, true));
        AssertFinished();
    }

    [Theory]
    [InlineData("1.0,2.0,x")]
    [InlineData("1.0,2.0")]
    [InlineData("1.0,NaN,2.0")]
    public async Task A_spectrum_that_is_none_breaks_the_link(string absorbance)
    {
        var driver = await ConnectedAsync();
        Say("ACQ:COUN?", "42").Set("100", "8").Measuring(false).Say("ACQ:NUMB?", "42").Say("FETC:WAV?", "380,385,390").Say("FETC:ABS?", absorbance);

        var recovering = () => RecoverAsync(driver, "41");

        await recovering.Should().ThrowAsync<InstrumentLinkException>();
    }

    private ScpiSpectrometerDriverTests Say(string query, string reply)
    {
        _device.Expect(query + "\n", reply + "\n");
        return this;
    }

    private ScpiSpectrometerDriverTests Set(string integration, string averages) => Say("CONF:INT?", integration).Say("CONF:AVER?", averages);

    private ScpiSpectrometerDriverTests Tell(string message)
    {
        _device.Expect(message + "\n", null);
        return this;
    }

    private ScpiSpectrometerDriverTests Measuring(bool measuring) => Say("STAT:OPER:COND?", measuring ? "16" : "0");

    private void SayUpToInit() => Measuring(false).Measuring(false).Tell("*CLS;CONF:INT 100;CONF:AVER 8").Say("SYST:ERR?", "0,\"No error\"").Say("ACQ:COUN?", "41");

    private void SayFetch(string reference = "45000,45000,45000") => Say("FETC:WAV?", "380,385,390")
        .Say("FETC:ABS?", "-3.100000E-003,1.234560E-001,1.500000E+000").Say("FETC:REF?", reference).Say("FETC:SAMP?", "45300,33900,1423");

    private static DriverCommand Acquire(IDriver driver) => Commands.Resolve(driver, "acquire");

    private Task<Recovery> RecoverAsync(IDriver driver, string? mark) => driver.RecoverAsync(
        Commands.Started(Acquire(driver), _clock, mark is null ? [] : [new ActionMark("count", mark, _clock.GetUtcNow())]), new ScriptedScope(_clock), CancellationToken.None);

    private async Task<IDriver> ConnectedAsync()
    {
        var driver = DriverFamilies.BuiltIn.Create(Commands.Settings("scpi-spectrometer"), _device.ConnectAsync, _clock, new JumpingClock());
        Say("*IDN?", "LABAUTOMATION,DA71,0017,1.0");
        (await driver.ConnectAsync(CancellationToken.None)).Should().Be(new InstrumentIdentity("LABAUTOMATION", "DA71", "0017", "1.0"));
        return driver;
    }

    private void AssertFinished() => _device.IsFinished.Should().BeTrue(_device.Surprise ?? "the whole script has to be played");
}
