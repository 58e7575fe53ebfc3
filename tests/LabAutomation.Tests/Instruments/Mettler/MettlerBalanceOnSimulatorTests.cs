using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Weighing;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Mettler;

/// <summary>The driver against the simulated balance.</summary>
public sealed class MettlerBalanceOnSimulatorTests : IDisposable
{
    private readonly JumpingClock _lab = new();
    private readonly SimulatedDevice _device;
    private readonly BalancePan _pan;
    private readonly MettlerBalanceDriver _driver;

    public MettlerBalanceOnSimulatorTests()
    {
        _device = new SimulatedDevice("mettler-mtsics", 11, _lab);
        _pan = _device.Surroundings<BalancePan>();
        _driver = Create(_lab);
    }

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task It_weighs_tares_and_zeroes_what_lies_on_the_pan()
    {
        (await _driver.ConnectAsync(CancellationToken.None)).Serial.Should().StartWith("B");
        (await RunAsync("zero")).Status.Should().Be(ActionStatus.Succeeded);
        _pan.Place(35.5);
        (await RunAsync("tare")).Outputs["tare"].Value.Should().BeApproximately(35.5, 0.001);
        _pan.Place(47.75);
        (await RunAsync("weigh")).Outputs["weight"].Value.Should().BeApproximately(12.25, 0.001);
        (await RunAsync("clear-tare")).Status.Should().Be(ActionStatus.Succeeded);
        (await RunAsync("weigh")).Outputs["weight"].Value.Should().BeApproximately(47.75, 0.001);
        _device.Effects.All.Select(effect => effect.Kind).Should().Equal(EffectKind.Zero, EffectKind.Tare, EffectKind.Tare);
    }

    [Fact]
    public async Task A_weight_that_was_just_put_on_counts_only_at_rest()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        _pan.Place(200);
        (await _driver.ReadPropertiesAsync(CancellationToken.None))["stable"].Value.Should().Be(0);

        (await RunAsync("weigh")).Outputs["weight"].Value.Should().BeApproximately(200, 0.001);

        (await _driver.ReadPropertiesAsync(CancellationToken.None))["stable"].Value.Should().Be(1);
    }

    [Fact]
    public async Task Overload_underload_and_draught_are_unachievable_and_over_when_they_are_over()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        _pan.Place(300);
        (await RunAsync("weigh")).Cause.Should().Be(CauseCode.Unachievable);
        _pan.LiftOff();
        (await RunAsync("weigh")).Cause.Should().Be(CauseCode.Unachievable);
        _pan.Place(20);
        _pan.Draught(true);
        (await RunAsync("weigh")).Cause.Should().Be(CauseCode.Unachievable);
        _pan.Draught(false);
        (await RunAsync("weigh")).Outputs["weight"].Value.Should().BeApproximately(20, 0.001);
    }

    [Fact]
    public async Task A_balance_that_was_switched_off_and_on_is_found_out_before_its_weight_is_believed()
    {
        await _driver.ConnectAsync(CancellationToken.None);
        _pan.Place(35.5);
        await RunAsync("tare");
        _pan.Restart();

        var weighing = () => RunAsync("weigh");

        await weighing.Should().ThrowAsync<InstrumentLinkException>();
        await _driver.ConnectAsync(CancellationToken.None);
        (await _driver.ReadPropertiesAsync(CancellationToken.None))["tare"].Value.Should().Be(0);
    }

    [Theory]
    [InlineData("silent")]
    [InlineData("garbage")]
    [InlineData("echo")]
    [InlineData("partial")]
    public async Task What_goes_wrong_on_the_line_is_a_link_error_and_no_weight(string fault)
    {
        await _driver.ConnectAsync(CancellationToken.None);
        _pan.Place(20);
        _device.Faults.Silent = fault == "silent";
        _device.Faults.Garbage = fault == "garbage";
        _device.Faults.Echo = fault == "echo";
        _device.Faults.PartialAfter = fault == "partial" ? 9 : null;

        var weighing = () => RunAsync("weigh");

        await weighing.Should().ThrowAsync<InstrumentLinkException>();
        (_device.Faults.Silent, _device.Faults.Garbage, _device.Faults.Echo, _device.Faults.PartialAfter) = (false, false, false, null);
        await _driver.ConnectAsync(CancellationToken.None);
        (await RunAsync("weigh")).Outputs["weight"].Value.Should().BeApproximately(20, 0.001);
    }

    [Fact]
    public async Task A_late_weight_is_not_taken_for_the_next_one()
    {
        var lab = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        using var device = new SimulatedDevice("mettler-mtsics", 11, lab);
        var pan = device.Surroundings<BalancePan>();
        var driver = new MettlerBalanceDriver(Commands.Settings("mettler-mtsics"), _ => Task.FromResult(LateInto(device, lab)), lab, LinkClock.Create());
        await driver.ConnectAsync(CancellationToken.None);
        pan.Place(20);
        lab.Advance(TimeSpan.FromSeconds(20));
        device.Faults.Late = TimeSpan.FromSeconds(3);
        await driver.Invoking(d => d.ReadPropertiesAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();
        device.Faults.Late = null;
        pan.Place(100);

        await driver.ConnectAsync(CancellationToken.None);

        lab.Advance(TimeSpan.FromSeconds(20));
        (await driver.ReadPropertiesAsync(CancellationToken.None))["weight"].Value.Should().BeApproximately(100, 0.001);
    }

    [Fact]
    public async Task A_balance_that_someone_left_sending_is_connected_all_the_same()
    {
        var lab = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        using var device = new SimulatedDevice("mettler-mtsics", 11, lab);
        device.Connect().Write("SIR\r\n"u8);
        var driver = new MettlerBalanceDriver(Commands.Settings("mettler-mtsics"), _ => Task.FromResult(LateInto(device, lab)), lab, LinkClock.Create());

        (await driver.ConnectAsync(CancellationToken.None)).Serial.Should().StartWith("B");

        lab.Advance(TimeSpan.FromSeconds(5));
        (await driver.ReadPropertiesAsync(CancellationToken.None)).Keys.Should().Contain("weight");
    }

    // What was under way arrives in the new line before its first question.
    private static Stream LateInto(SimulatedDevice device, FakeTimeProvider lab)
    {
        var line = device.Connect();
        for (var k = 0; k < 20; k++) lab.Advance(TimeSpan.FromSeconds(0.2));
        return line;
    }

    private MettlerBalanceDriver Create(TimeProvider lab) =>
        new(Commands.Settings("mettler-mtsics"), _ => Task.FromResult(_device.Connect()), lab, LinkClock.Create());

    private Task<ActionOutcome> RunAsync(string name) =>
        _driver.ExecuteAsync(Commands.Resolve(_driver, name), new ScriptedScope(_lab), CancellationToken.None);
}
