using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.SourceMeasure;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Instruments.SourceMeasure;

public sealed class ScpiSmuOnSimulatedTests : IAsyncDisposable
{
    private readonly JumpingClock _clock = new();
    private readonly PatientClock _linkClock = new();
    private readonly SimulatedDevice _device;
    private readonly IDriver _driver;

    public ScpiSmuOnSimulatedTests()
    {
        _device = new SimulatedDevice("scpi-smu", 4, _clock);
        _driver = DriverFamilies.BuiltIn.Create(Commands.Settings("scpi-smu"), _ => Task.FromResult(_device.Connect()), _clock, _linkClock);
    }

    private DeviceUnderTest Terminals => _device.Surroundings<DeviceUnderTest>();

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync();
        _device.Dispose();
    }

    [Fact]
    public async Task A_sweep_over_a_resistor_finds_its_resistance_and_leaves_nothing_on()
    {
        Terminals.Resistor(2200);

        var outcome = await RunAsync("sweep", ("from", -1, "V"), ("to", 1, "V"), ("points", 11, "1"));

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        var (voltage, current) = Curve(outcome);
        voltage.Zip(current).Sum(point => point.First * point.Second).Should().BeApproximately(voltage.Sum(v => v * v) / 2200, 1e-6);
        Terminals.Look().Should().Be((0, 0));
        _device.Effects.All.Should().ContainSingle().Which.Kind.Should().Be(EffectKind.Output);
    }

    [Fact]
    public async Task A_sweep_over_a_diode_bends_and_stops_at_the_current_limit()
    {
        Terminals.Diode(4e-9, 5);

        var outcome = await RunAsync("sweep", ("from", -0.5, "V"), ("to", 1.2, "V"), ("points", 35, "1"), ("current-limit", 5, "mA"));

        outcome.Cause.Should().Be(CauseCode.SuccessWithWarnings);
        var (voltage, current) = Curve(outcome);
        current[0].Should().BeInRange(-1e-8, 0);
        current.Max().Should().BeApproximately(5e-3, 1e-5);
        voltage.Max().Should().BeLessThan(0.8, "the limit holds the voltage down");
        outcome.Outputs["limited"].Value.Should().BeGreaterThan(5);
    }

    [Fact]
    public async Task Sourcing_stays_on_until_it_is_switched_off()
    {
        Terminals.Resistor(1000);

        (await RunAsync("source-voltage", ("voltage", 2, "V"))).Outputs["current"].Value.Should().BeApproximately(2e-3, 1e-6);
        (await RunAsync("source-voltage", ("voltage", 3, "V"))).Outputs["current"].Value.Should().BeApproximately(3e-3, 1e-6);
        (await RunAsync("measure")).Outputs["voltage"].Value.Should().BeApproximately(3, 1e-3);
        (await _driver.ReadPropertiesAsync(CancellationToken.None)).Keys.Should().Equal("current", "output", "voltage");
        Terminals.Look().Voltage.Should().Be(3);
        await RunAsync("output-off");

        Terminals.Look().Should().Be((0, 0));
        (await _driver.ReadPropertiesAsync(CancellationToken.None))["output"].Value.Should().Be(0);
        _device.Effects.All.Should().ContainSingle("a new voltage does not switch the output");
    }

    [Fact]
    public async Task A_self_test_passes() => (await RunAsync("self-test")).Status.Should().Be(ActionStatus.Succeeded);

    [Fact]
    public async Task A_voltage_that_needs_less_current_is_refused_in_the_words_of_the_device()
    {
        await using var driver = DriverFamilies.BuiltIn.Create(
            Commands.Settings("scpi-smu", ("highest-voltage", "200"), ("highest-current", "1")), _ => Task.FromResult(_device.Connect()), _clock, _linkClock);
        await driver.ConnectAsync(CancellationToken.None);

        var sourcing = () => driver.ExecuteAsync(Commands.Resolve(driver, "source-voltage", ("voltage", 100, "V"), ("current-limit", 0.5, "A")), new ScriptedScope(_clock), CancellationToken.None);

        await sourcing.Should().ThrowAsync<InstrumentFaultException>().WithMessage("*+826*");
        Terminals.Look().Should().Be((0, 0));
    }

    [Fact]
    public async Task What_was_switched_on_before_the_link_broke_is_found_on()
    {
        Terminals.Resistor(1000);
        await RunAsync("source-voltage", ("voltage", 2, "V"));
        var command = Commands.Resolve(_driver, "source-voltage", ("voltage", 2, "V"));
        await _driver.ConnectAsync(CancellationToken.None);

        var recovery = await _driver.RecoverAsync(Commands.Started(command, _clock, new ActionMark("output", "2.000000E+00", _clock.GetUtcNow())), new ScriptedScope(_clock), CancellationToken.None);

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Garbage_and_half_answers_are_no_readings(bool garbage)
    {
        await RunAsync("source-voltage", ("voltage", 2, "V"));
        if (garbage) _device.Faults.Garbage = true;
        else _device.Faults.PartialAfter = 5;

        var measuring = _driver.ExecuteAsync(Commands.Resolve(_driver, "measure"), new ScriptedScope(_clock), CancellationToken.None);
        while (!measuring.IsCompleted)
        {
            _linkClock.RunOut();
            await Task.Yield();
        }

        await measuring.Invoking(it => it).Should().ThrowAsync<InstrumentLinkException>();
    }

    private async Task<ActionOutcome> RunAsync(string command, params (string, double, string)[] arguments)
    {
        await _driver.ConnectAsync(CancellationToken.None);
        return await _driver.ExecuteAsync(Commands.Resolve(_driver, command, arguments), new ScriptedScope(_clock), CancellationToken.None);
    }

    private static (double[] Voltage, double[] Current) Curve(ActionOutcome outcome)
    {
        var curve = (Series)outcome.Data["curve"];
        return ([.. curve.Values[0]], [.. curve.Values[1]]);
    }
}
