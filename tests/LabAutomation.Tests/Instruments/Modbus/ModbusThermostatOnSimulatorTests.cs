using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Worlds;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Instruments.Modbus;

/// <summary>The driver against the simulated thermostat, in both framings.</summary>
public sealed class ModbusThermostatOnSimulatorTests : IDisposable
{
    private readonly JumpingClock _lab = new();
    private readonly List<SimulatedDevice> _devices = [];

    public void Dispose() => _devices.ForEach(device => device.Dispose());

    [Theory]
    [InlineData("tcp")]
    [InlineData("rtu")]
    public async Task It_holds_a_temperature_until_it_is_released(string framing)
    {
        var (device, driver) = Create(framing);
        await driver.ConnectAsync(CancellationToken.None);
        var began = _lab.GetUtcNow();

        var outcome = await RunAsync(driver, "hold-temperature", ("temperature", 30, "°C"));

        outcome.Outputs["temperature"].Value.Should().BeApproximately(30, 0.5);
        (_lab.GetUtcNow() - began).Should().BeGreaterThan(TimeSpan.FromSeconds(120), "7.5 K take 94 s at 0.08 K/s, and the bath has 30 s to settle");
        device.Surroundings<ThermostatBath>().IsControlled.Should().BeTrue();
        await RunAsync(driver, "hold-temperature", ("temperature", 27, "°C"));
        device.Surroundings<ThermostatBath>().Temperature.Should().BeApproximately(27, 0.5);
        (await RunAsync(driver, "release")).Status.Should().Be(ActionStatus.Succeeded);
        device.Surroundings<ThermostatBath>().IsControlled.Should().BeFalse();
        device.Effects.All.Should().ContainSingle("control was switched on once");
    }

    [Fact]
    public async Task A_ramp_takes_the_time_that_it_must()
    {
        var (_, driver) = Create("tcp");
        await driver.ConnectAsync(CancellationToken.None);
        var began = _lab.GetUtcNow();

        var outcome = await RunAsync(driver, "ramp", ("temperature", 26, "°C"), ("rate", 2, "K/min"), ("tolerance", 0.1, "K"));

        outcome.Status.Should().Be(ActionStatus.Succeeded);
        (_lab.GetUtcNow() - began).TotalMinutes.Should().BeInRange(2, 4);
    }

    [Fact]
    public async Task What_its_heater_cannot_reach_in_time_is_unachievable_and_it_is_off()
    {
        var (device, driver) = Create("tcp");
        await driver.ConnectAsync(CancellationToken.None);

        var outcome = await RunAsync(driver, "hold-temperature", ("temperature", 95, "°C"), ("within", 60, "s"));

        outcome.Cause.Should().Be(CauseCode.Unachievable);
        device.Surroundings<ThermostatBath>().IsControlled.Should().BeFalse();
    }

    [Fact]
    public async Task A_sensor_that_breaks_on_the_way_ends_the_action()
    {
        var (device, driver) = Create("rtu");
        await driver.ConnectAsync(CancellationToken.None);
        var scope = new ScriptedScope(_lab) { OnReport = _ => device.Surroundings<ThermostatBath>().BreakSensor(true) };

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "hold-temperature", ("temperature", 25, "°C")), scope, CancellationToken.None);

        (outcome.Cause, outcome.Recoverable).Should().Be((CauseCode.HardwareFault, false));
        outcome.Message.Should().Contain("sensor");
        (await driver.ReadPropertiesAsync(CancellationToken.None)).Keys.Should().NotContain("temperature", "a broken sensor has no value");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("rtu")]
    public async Task After_the_link_broke_on_the_way_the_action_is_followed_and_not_ordered_again(string framing)
    {
        var (device, driver) = Create(framing);
        await driver.ConnectAsync(CancellationToken.None);
        var command = Commands.Resolve(driver, "hold-temperature", ("temperature", 25, "°C"));
        var scope = new ScriptedScope(_lab) { OnReport = _ => device.Faults.Silent = true };
        await driver.Invoking(d => d.ExecuteAsync(command, scope, CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();
        device.Faults.Silent = false;
        await driver.ConnectAsync(CancellationToken.None);

        var recovery = await driver.RecoverAsync(Commands.Started(command, _lab, [.. scope.Marks]), new ScriptedScope(_lab), CancellationToken.None);

        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
        device.Effects.All.Should().ContainSingle();
    }

    [Theory]
    [InlineData("tcp", "silent")]
    [InlineData("tcp", "garbage")]
    [InlineData("tcp", "echo")]
    [InlineData("tcp", "partial")]
    [InlineData("rtu", "silent")]
    [InlineData("rtu", "garbage")]
    [InlineData("rtu", "echo")]
    [InlineData("rtu", "partial")]
    [InlineData("rtu", "checksum")]
    public async Task What_goes_wrong_on_the_line_is_a_link_error_and_no_temperature(string framing, string fault)
    {
        var (device, driver) = Create(framing);
        await driver.ConnectAsync(CancellationToken.None);
        device.Faults.Silent = fault == "silent";
        device.Faults.Garbage = fault == "garbage";
        device.Faults.Echo = fault == "echo";
        device.Faults.PartialAfter = fault == "partial" ? 9 : null;
        device.Faults.WrongChecksum = fault == "checksum";

        await driver.Invoking(d => d.ReadPropertiesAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();

        (device.Faults.Silent, device.Faults.Garbage, device.Faults.Echo, device.Faults.PartialAfter, device.Faults.WrongChecksum) = (false, false, false, null, false);
        await driver.ConnectAsync(CancellationToken.None);
        (await driver.ReadPropertiesAsync(CancellationToken.None))["temperature"].Should().Be(Quantity.Of(22, "°C"));
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("rtu")]
    public async Task A_late_answer_that_comes_into_the_next_line_is_not_taken_for_its_own(string framing)
    {
        var lab = new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
        var (device, driver) = Create(framing, lab);
        await driver.ConnectAsync(CancellationToken.None);
        device.Faults.Late = TimeSpan.FromSeconds(3);
        await driver.Invoking(d => d.ReadPropertiesAsync(CancellationToken.None)).Should().ThrowAsync<InstrumentLinkException>();
        device.Faults.Late = null;
        device.Surroundings<ThermostatBath>().Fill(50);

        await driver.ConnectAsync(CancellationToken.None);

        (await driver.ReadPropertiesAsync(CancellationToken.None))["temperature"].Value.Should().BeApproximately(50, 0.2);
    }

    private (SimulatedDevice, ModbusThermostatDriver) Create(string framing, FakeTimeProvider? fake = null)
    {
        TimeProvider lab = fake is null ? _lab : fake;
        var settings = Commands.Settings("modbus-thermostat", ("framing", framing), ("unit-id", "9"));
        var device = new SimulatedDevice("modbus-thermostat", 3, lab, settings: settings.Values);
        _devices.Add(device);
        return (device, new ModbusThermostatDriver(ModbusThermostatOptions.From(settings), _ => Task.FromResult(Connect()), lab, LinkClock.Create()));

        // What was under way arrives in the new line before its first question.
        Stream Connect()
        {
            var line = device.Connect();
            fake?.Advance(TimeSpan.FromSeconds(5));
            return line;
        }
    }

    private Task<ActionOutcome> RunAsync(ModbusThermostatDriver driver, string name, params (string, double, string)[] arguments) =>
        driver.ExecuteAsync(Commands.Resolve(driver, name, arguments), new ScriptedScope(_lab), CancellationToken.None);
}
