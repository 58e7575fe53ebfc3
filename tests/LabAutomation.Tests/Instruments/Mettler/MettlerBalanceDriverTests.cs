using LabAutomation.Instruments;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Mettler;

/// <summary>Transcripts follow the MT-SICS Reference Manual 11780711: CR LF ends a line, weights stand to the right in ten characters.</summary>
public sealed class MettlerBalanceDriverTests
{
    private readonly JumpingClock _clock = new();
    private readonly ScriptedDevice _balance = new();

    [Fact]
    public async Task Connecting_asks_who_it_is_and_drops_what_an_earlier_connection_left()
    {
        var driver = Create();
        _balance.Expect("SI\r\nI4\r\n", "0.1234 g\r\nS D    12.0000 g\r\nTI S    12.0000 g\r\nS S    12.0000 g\r\nI4 A \"B012\"\r\n");
        ExpectIdentity();

        var identity = await driver.ConnectAsync(CancellationToken.None);

        identity.Should().Be(new InstrumentIdentity("Mettler Toledo", "LA224S 220.0000 g", "B012", "1.20 18.6"));
        AssertFinished();
    }

    [Fact]
    public async Task A_balance_without_level_1_is_refused()
    {
        var driver = Create();
        _balance.Expect("SI\r\nI4\r\n", "S S    12.0000 g\r\nI4 A \"B012\"\r\n");
        Say("I1", "I1 A \"0\" \"2.30\" \"\" \"\" \"\"");

        await driver.Invoking(d => d.ConnectAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*levels '0'*");
    }

    [Fact]
    public async Task Weighing_waits_for_rest()
    {
        var driver = await ConnectedAsync();
        Say("SI", "S D    11.0000 g").Say("SI", "S I").Say("SI", "S +").Say("SI", "S S    12.3456 g");
        var scope = new ScriptedScope(_clock);

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "weigh"), scope, CancellationToken.None);

        outcome.Outputs["weight"].Should().Be(Quantity.Of(12.3456, "g"));
        scope.Observed["stable"].Should().Be(Quantity.Of(1, "1"));
        scope.Marks.Should().BeEmpty("weighing changes nothing");
        AssertFinished();
    }

    [Theory]
    [InlineData("S D    12.0000 g", "*draught*")]
    [InlineData("S +", "*more on the balance*")]
    [InlineData("S -", "*pan*")]
    [InlineData("S I", "*busy*")]
    public async Task A_weight_that_does_not_come_to_rest_in_time_is_unachievable(string answer, string message)
    {
        var driver = await ConnectedAsync();
        for (var k = 0; k < 6; k++) Say("SI", answer);

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "weigh", ("within", 1, "s")), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Cause, outcome.Recoverable).Should().Be((ActionStatus.Failed, CauseCode.Unachievable, true));
        outcome.Message.Should().Match(message);
        AssertFinished();
    }

    [Fact]
    public async Task Taring_marks_first_and_does_it_again_where_the_weight_moved()
    {
        var driver = await ConnectedAsync();
        Say("SI", "S S    50.0000 g").Say("TA", "TA A     0.0000 g").Say("TI", "TI D    50.0100 g")
            .Say("SI", "S S     0.0012 g").Say("TA", "TA A    50.0100 g").Say("TI", "TI S    50.0112 g");
        var atMark = new List<string>();
        var scope = new ScriptedScope(_clock) { OnMark = _ => atMark.Add(_balance.Heard[^1].Trim()) };

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "tare"), scope, CancellationToken.None);

        outcome.Outputs["tare"].Should().Be(Quantity.Of(50.0112, "g"));
        atMark.Should().Equal("TA", "TA");
        AssertFinished();
    }

    [Theory]
    [InlineData("tare", "TI", "TI +", "*heavier*")]
    [InlineData("tare", "TI", "TI -", "*less than zero*")]
    [InlineData("zero", "ZI", "ZI +", "*empty the pan*")]
    [InlineData("zero", "ZI", "ZI -", "*empty the pan*")]
    public async Task What_cannot_be_tared_or_zeroed_is_unachievable(string name, string sent, string answer, string message)
    {
        var driver = await ConnectedAsync();
        Say("SI", "S S    50.0000 g").Say("TA", "TA A     0.0000 g").Say(sent, answer);

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, name), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Cause, outcome.Recoverable).Should().Be((CauseCode.Unachievable, true));
        outcome.Message.Should().Match(message);
        AssertFinished();
    }

    [Fact]
    public async Task Zeroing_and_clearing_the_tare_are_confirmed()
    {
        var driver = await ConnectedAsync();
        Say("SI", "S S     0.0100 g").Say("TA", "TA A     0.0000 g").Say("ZI", "ZI S").Say("TA", "TA A     0.0000 g").Say("TAC", "TAC A");
        var scope = new ScriptedScope(_clock);

        (await driver.ExecuteAsync(Commands.Resolve(driver, "zero"), scope, CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);
        (await driver.ExecuteAsync(Commands.Resolve(driver, "clear-tare"), scope, CancellationToken.None)).Status.Should().Be(ActionStatus.Succeeded);
        scope.Marks.Should().HaveCount(2);
        AssertFinished();
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting_and_changes_nothing()
    {
        var driver = await ConnectedAsync();
        using var cancel = new CancellationTokenSource();
        Say("SI", "S D    50.0000 g");
        var scope = new ScriptedScope(_clock) { OnReport = _ => cancel.Cancel() };

        (await driver.ExecuteAsync(Commands.Resolve(driver, "tare"), scope, cancel.Token)).Status.Should().Be(ActionStatus.Cancelled);
        scope.Marks.Should().BeEmpty();
        AssertFinished();
    }

    [Theory]
    [InlineData("kg", "     0.0123", 12.3)]
    [InlineData("mg", "   12.30000", 0.0123)]
    public async Task Other_units_of_mass_are_converted(string unit, string value, double grams)
    {
        var driver = await ConnectedAsync();
        Say("SI", $"S S {value[^10..]} {unit}");

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "weigh"), new ScriptedScope(_clock), CancellationToken.None);

        outcome.Outputs["weight"].Value.Should().BeApproximately(grams, 1e-12);
    }

    [Fact]
    public async Task A_unit_that_is_none_of_mass_is_a_fault_that_says_what_to_do()
    {
        var driver = await ConnectedAsync();
        Say("SI", "S S    12.0000 PCS");

        await Weighing(driver).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*'PCS'*g, kg or mg");
    }

    [Theory]
    [InlineData("ES")]
    [InlineData("EL")]
    public async Task A_command_that_the_balance_does_not_know_is_a_fault(string answer)
    {
        var driver = await ConnectedAsync();
        Say("SI", answer);

        await Weighing(driver).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*'SI'*");
    }

    [Theory]
    [InlineData("S S    12.000 g")]
    [InlineData("S S     12.0000 g")]
    [InlineData("S S 12.0000    g")]
    [InlineData("S S  12 .0000 g")]
    [InlineData("S S       1e1 g")]
    [InlineData("S S       NaN g")]
    [InlineData("S A    12.0000 g")]
    [InlineData("S D    12.0000")]
    [InlineData("SI S    12.0000 g")]
    [InlineData("TA A    12.0000 g")]
    [InlineData("S S    12.0000 g ")]
    [InlineData("S X")]
    [InlineData("SI")]
    [InlineData("ET")]
    [InlineData("")]
    [InlineData("\xFF\xFE")]
    [InlineData("I4 A \"B012\"")]
    public async Task What_is_no_weight_is_garbage(string reply)
    {
        var driver = await ConnectedAsync();
        Say("SI", reply);

        await Weighing(driver).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Fact]
    public async Task A_line_without_carriage_return_is_garbage()
    {
        var driver = await ConnectedAsync();
        _balance.Expect("SI\r\n", "S S    12.0000 g\n");

        await Weighing(driver).Should().ThrowAsync<InstrumentLinkException>();
    }

    [Fact]
    public async Task Recovery_without_a_mark_says_that_nothing_happened() =>
        (await RecoverAsync(await ConnectedAsync(), "tare")).Should().BeOfType<Recovery.DidNotHappen>();

    [Theory]
    [InlineData("tare", "TA A    50.0000 g", "S S     0.0002 g", true)]
    [InlineData("tare", "TA A     0.0000 g", "S S    50.0000 g", false)]
    [InlineData("zero", "TA A     0.0000 g", "S S    -0.0003 g", true)]
    [InlineData("zero", "TA A    50.0000 g", "S S     0.0002 g", false)]
    [InlineData("zero", "TA A     0.0000 g", "S S     0.0100 g", false)]
    public async Task Recovery_looks_whether_the_condition_is_there(string name, string tare, string weight, bool happened)
    {
        var driver = await ConnectedAsync();
        Say("TA", tare).Say("SI", weight);

        var recovery = await RecoverAsync(driver, name, new ActionMark("changing", "the tare was 0 g", _clock.GetUtcNow()));

        (recovery is Recovery.Happened).Should().Be(happened);
        (recovery is Recovery.DidNotHappen).Should().Be(!happened);
        AssertFinished();
    }

    [Theory]
    [InlineData("TA A     0.0000 g", true)]
    [InlineData("TA A    50.0000 g", false)]
    public async Task Recovery_of_a_cleared_tare_asks_for_the_tare(string tare, bool happened)
    {
        var driver = await ConnectedAsync();
        Say("TA", tare);

        var recovery = await RecoverAsync(driver, "clear-tare", new ActionMark("changing", "the tare was 50 g", _clock.GetUtcNow()));

        (recovery is Recovery.Happened).Should().Be(happened);
        AssertFinished();
    }

    [Fact]
    public async Task Recovery_of_a_tare_under_an_overload_cannot_tell()
    {
        var driver = await ConnectedAsync();
        Say("TA", "TA A    50.0000 g");
        for (var k = 0; k < 122; k++) Say("SI", "S +");

        (await RecoverAsync(driver, "tare", new ActionMark("changing", "", _clock.GetUtcNow()))).Should().BeOfType<Recovery.Unknown>().Which.Reason.Should().Contain("tare");
    }

    private MettlerBalanceDriver Create() => new(Commands.Settings("mettler-mtsics"), _balance.ConnectAsync, _clock, LinkClock.Create());

    private async Task<MettlerBalanceDriver> ConnectedAsync()
    {
        var driver = Create();
        _balance.Expect("SI\r\nI4\r\n", "S S     0.0000 g\r\nI4 A \"B012\"\r\n");
        ExpectIdentity();
        await driver.ConnectAsync(CancellationToken.None);
        return driver;
    }

    private void ExpectIdentity() =>
        Say("I1", "I1 A \"01\" \"2.30\" \"2.20\" \"\" \"\"").Say("I2", "I2 A \"LA224S 220.0000 g\"").Say("I3", "I3 A \"1.20 18.6\"");

    private MettlerBalanceDriverTests Say(string command, string answer)
    {
        _balance.Expect(command + "\r\n", answer + "\r\n");
        return this;
    }

    private Func<Task> Weighing(MettlerBalanceDriver driver) =>
        () => driver.ExecuteAsync(Commands.Resolve(driver, "weigh"), new ScriptedScope(_clock), CancellationToken.None);

    private Task<Recovery> RecoverAsync(MettlerBalanceDriver driver, string name, params ActionMark[] marks) =>
        driver.RecoverAsync(Commands.Started(Commands.Resolve(driver, name), _clock, marks), new ScriptedScope(_clock), CancellationToken.None);

    private void AssertFinished() => (_balance.IsFinished, _balance.Surprise).Should().Be((true, null));
}
