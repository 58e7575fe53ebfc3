using LabAutomation.Instruments;
using LabAutomation.Instruments.Reactor;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Instruments.Reactor;

/// <summary>Transcripts follow docs/reference/instruments/microreactor.md.</summary>
public sealed class MicroreactorDriverTests
{
    private const string Shut = "ST SHUT 4 0\n";

    private readonly JumpingClock _clock = new();
    private readonly PatientClock _linkClock = new();
    private readonly ScriptedDevice _device = new();

    [Fact]
    public async Task Connecting_asks_who_it_is_and_stops_nothing()
    {
        Greet("ST FROZEN 4 17\n");

        var identity = await Driver().ConnectAsync(CancellationToken.None);

        identity.Should().BeEquivalentTo(new { Model = "HQ-8", Serial = "501" });
        _device.Heard.Should().NotContain("SC\n");
        AssertFinished();
    }

    [Fact]
    public async Task The_runs_so_far_are_noted_before_a_core_is_loaded()
    {
        var driver = await ConnectedAsync();
        _device.Expect("ST\n", Shut).Expect("IC 100\n", "ER 3\n");
        var scope = new ScriptedScope(_clock) { OnMark = _ => _device.Heard.Should().NotContain("IC 100\n") };

        var following = () => driver.ExecuteAsync(Follow(driver), scope, CancellationToken.None);

        await following.Should().ThrowAsync<InstrumentFaultException>().WithMessage("'IC 100' is beyond what the reactor console allows");
        scope.Marks.Single().Should().BeEquivalentTo(new { Key = "runs", Value = "4" });
        AssertFinished();
    }

    [Fact]
    public async Task One_that_is_cancelled_before_it_began_loads_no_core()
    {
        var driver = await ConnectedAsync();
        _device.Expect("ST\n", Shut);

        var outcome = await driver.ExecuteAsync(Follow(driver), new ScriptedScope(_clock), new CancellationToken(canceled: true));

        outcome.Status.Should().Be(ActionStatus.Cancelled);
        AssertFinished();
    }

    [Fact]
    public async Task A_run_that_was_cut_off_is_shut_down_and_may_run_again()
    {
        var driver = await ConnectedAsync();
        _device.Expect("SC\n", "OK\n").Expect("ST\n", Shut);
        var command = Follow(driver);

        var recovery = await driver.RecoverAsync(Commands.Started(command, _clock, new ActionMark("runs", "3", _clock.GetUtcNow())), new ScriptedScope(_clock), CancellationToken.None);

        recovery.Should().BeOfType<Recovery.DidNotHappen>();
        AssertFinished();
    }

    [Fact]
    public async Task Drums_that_do_not_go_in_are_a_fault()
    {
        var driver = await ConnectedAsync();
        _device.Expect("SC\n", "OK\n").Expect("ST\n", "ST FROZEN 4 2\n");

        var stopping = () => driver.MakeSafeAsync(CancellationToken.None);

        await stopping.Should().ThrowAsync<InstrumentFaultException>().WithMessage("*does not turn its drums in");
    }

    [Theory]
    [InlineData("OK FINE\n")]
    [InlineData("ST FINE 4 0\n")]
    [InlineData("ST SHUT four 0\n")]
    [InlineData("ST SHUT 4\n")]
    public async Task What_is_no_answer_of_its_protocol_breaks_the_link(string answer)
    {
        var driver = await ConnectedAsync();
        _device.Expect("ST\n", answer);

        var reading = () => driver.ReadPropertiesAsync(CancellationToken.None);

        await reading.Should().ThrowAsync<InstrumentLinkException>().WithMessage("*which is no reply of its protocol");
    }

    [Theory]
    [InlineData("RD 0 1 2 3\n")]
    [InlineData("RD 0 x 90 90 1 1 1 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n")]
    public async Task Readings_that_are_none_break_the_link(string answer)
    {
        var driver = await ConnectedAsync();
        _device.Expect("ST\n", Shut).Expect("RD\n", answer);

        var reading = () => driver.ReadPropertiesAsync(CancellationToken.None);

        await reading.Should().ThrowAsync<InstrumentLinkException>();
    }

    [Fact]
    public async Task A_channel_without_a_number_has_no_say_in_what_is_shown()
    {
        var driver = await ConnectedAsync();
        _device.Expect("ST\n", Shut).Expect("RD\n", $"RD 0 ---- 90 91 1000 1001 1002 ---- ---- ---- {string.Join(' ', Enumerable.Repeat("70.5", 16))}\n");

        var properties = await driver.ReadPropertiesAsync(CancellationToken.None);

        properties.Should().HaveCount(4);
        (properties["power"].Value, properties["fuel"].Value, properties["angle"].Value, properties["running"].Value).Should().Be((90.5, 1001, 70.5, 0));
    }

    private void Greet(string status) => _device.Expect("\n", null).Expect("ID\n", "ID HQ-8 501 1.4\n").Expect("ST\n", status);

    private IDriver Driver() => DriverFamilies.BuiltIn.Create(Commands.Settings("microreactor"), _device.ConnectAsync, _clock, _linkClock);

    private async Task<IDriver> ConnectedAsync()
    {
        Greet(Shut);
        var driver = Driver();
        await driver.ConnectAsync(CancellationToken.None);
        return driver;
    }

    private static DriverCommand Follow(IDriver driver) => Commands.Resolve(driver, "follow", ("to", 90, "%"));

    private void AssertFinished() => _device.IsFinished.Should().BeTrue(_device.Surprise ?? "the script goes on");
}
