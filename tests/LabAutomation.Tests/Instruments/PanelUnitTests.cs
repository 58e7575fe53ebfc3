using LabAutomation.Instruments;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Synthesis;
using LabAutomation.Simulators.Thermostats;
using LabAutomation.Simulators.Weighing;
using LabAutomation.Simulators.Worlds;
using LabAutomation.Tests.Instruments.Synthesis;
using LabAutomation.Tests.Simulators;

namespace LabAutomation.Tests.Instruments;

/// <summary>Somebody switches the panel of an instrument to other units, before or while it works: what is moved, heated and told stays what was ordered.</summary>
public sealed class PanelUnitTests
{
    private const string Pump = "pump-cyan", Furnace = "eurotherm-furnace";

    private readonly JumpingClock _clock = new();

    [Theory]
    [InlineData("VOL UL", "RAT 100.0 UH")]
    [InlineData("VOL ML", "RAT 2.000 MH")]
    public async Task A_pump_moves_what_was_ordered_whatever_its_panel_shows(string volume, string rate)
    {
        using var bench = new ColourBench(1, _clock);
        await using var pump = await PumpAsync(bench);
        await PressAsync(bench, pump, volume, rate);
        var began = _clock.GetUtcNow();

        var outcome = await pump.ExecuteAsync(Dispense(pump, 2, 5), new ScriptedScope(_clock), CancellationToken.None);

        (outcome.Status, outcome.Outputs["volume"]).Should().Be((ActionStatus.Succeeded, Quantity.Of(2, "mL")));
        bench.Effects.All.Select(effect => (effect.Kind, effect.Amount)).Should().Equal((EffectKind.Dispense, 2), (EffectKind.Moved, 2));
        (_clock.GetUtcNow() - began).Should().BeCloseTo(TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    public async Task What_a_pump_has_moved_is_known_though_its_panel_was_switched_since(double volume)
    {
        using var bench = new ColourBench(1, _clock);
        await using var pump = await PumpAsync(bench);
        var (command, scope) = (Dispense(pump, volume, 20), new ScriptedScope(_clock));
        await pump.ExecuteAsync(command, scope, CancellationToken.None);
        await PressAsync(bench, pump, "VOL UL");

        var told = await pump.ReadPropertiesAsync(CancellationToken.None);
        await PressAsync(bench, pump, "VOL UL");
        var recovery = await pump.RecoverAsync(Commands.Started(command, _clock, [.. scope.Marks]), scope, CancellationToken.None);

        told["dispensed"].Value.Should().BeApproximately(volume, 0.001);
        var outcome = recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome;
        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        outcome.Outputs["volume"].Value.Should().BeApproximately(volume, 0.001);
    }

    [Theory]
    [InlineData("g")]
    [InlineData("mg")]
    [InlineData("kg")]
    public async Task A_balance_tells_the_same_whatever_its_panel_shows(string unit)
    {
        using var device = new SimulatedDevice("mettler-mtsics", 11, _clock);
        var pan = device.Surroundings<BalancePan>();
        var balance = new MettlerBalanceDriver(Commands.Settings("mettler-mtsics"), _ => Task.FromResult(device.Connect()), _clock, LinkClock.Create());
        await balance.ConnectAsync(CancellationToken.None);
        pan.Place(35.5);
        pan.ShowIn(unit);

        var tare = await RunAsync(balance, "tare");
        pan.Place(47.75);
        var scope = new ScriptedScope(_clock) { OnReport = _ => pan.ShowIn("kg") };
        var weight = await balance.ExecuteAsync(Commands.Resolve(balance, "weigh"), scope, CancellationToken.None);
        pan.ShowIn(unit);

        tare.Outputs["tare"].Value.Should().BeApproximately(35.5, 0.001);
        weight.Outputs["weight"].Value.Should().BeApproximately(12.25, 0.001);
        (await balance.ReadPropertiesAsync(CancellationToken.None))["tare"].Value.Should().BeApproximately(35.5, 0.001);
    }

    [Fact]
    public async Task A_balance_in_ounces_is_refused_by_the_name_of_its_unit_and_works_again_when_the_key_was_pressed()
    {
        using var device = new SimulatedDevice("mettler-mtsics", 11, _clock);
        var pan = device.Surroundings<BalancePan>();
        var balance = new MettlerBalanceDriver(Commands.Settings("mettler-mtsics"), _ => Task.FromResult(device.Connect()), _clock, LinkClock.Create());
        await balance.ConnectAsync(CancellationToken.None);
        pan.Place(20);
        pan.ShowIn("oz");

        await FluentActions.Awaiting(() => RunAsync(balance, "weigh")).Should().ThrowAsync<InstrumentFaultException>().WithMessage("*weighs in 'oz'*");
        pan.ShowIn("g");

        (await RunAsync(balance, "weigh")).Outputs["weight"].Value.Should().BeApproximately(20, 0.001);
    }

    [Theory]
    [InlineData("tcp", TemperatureDisplay.Fahrenheit, TemperatureDisplay.Fahrenheit)]
    [InlineData("rtu", TemperatureDisplay.Fahrenheit, TemperatureDisplay.Celsius)]
    [InlineData("rtu", TemperatureDisplay.Celsius, TemperatureDisplay.Fahrenheit)]
    public async Task A_bath_comes_to_the_temperature_that_was_ordered_whatever_its_panel_shows(string framing, TemperatureDisplay before, TemperatureDisplay onTheWay)
    {
        using var device = new SimulatedDevice("modbus-thermostat", 3, _clock, settings: new Dictionary<string, string> { ["framing"] = framing });
        var bath = device.Surroundings<ThermostatBath>();
        await using var driver = new ModbusThermostatDriver(ModbusThermostatOptions.From(Commands.Settings("modbus-thermostat", ("framing", framing))), _ => Task.FromResult(device.Connect()), _clock, LinkClock.Create());
        await driver.ConnectAsync(CancellationToken.None);
        bath.ShowIn(before);
        var scope = new ScriptedScope(_clock) { OnReport = _ => bath.ShowIn(onTheWay) };

        var outcome = await driver.ExecuteAsync(Commands.Resolve(driver, "ramp", ("temperature", 28, "°C"), ("rate", 2, "K/min"), ("tolerance", 0.1, "K")), scope, CancellationToken.None);
        var told = await driver.ReadPropertiesAsync(CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        outcome.Outputs["temperature"].Value.Should().BeApproximately(28, 0.1);
        bath.Temperature.Should().BeApproximately(28, 0.1);
        told["setpoint"].Value.Should().BeApproximately(28, 0.01);
        device.Effects.All.Should().ContainSingle().Which.Amount.Should().BeApproximately(28, 0.01);
    }

    [Theory]
    [InlineData(TemperatureDisplay.Fahrenheit, TemperatureDisplay.Celsius)]
    [InlineData(TemperatureDisplay.Kelvin, TemperatureDisplay.Fahrenheit)]
    [InlineData(TemperatureDisplay.Celsius, TemperatureDisplay.Kelvin)]
    public async Task A_furnace_heats_to_what_was_ordered_and_knows_its_program_again_whatever_its_panel_shows(TemperatureDisplay before, TemperatureDisplay onTheWay)
    {
        using var stand = new RoomStand(Furnace, ("positions", "21-28"));
        await using var driver = await stand.ConnectAsync();
        stand.Floor.ShowIn(Furnace, before);
        var command = Commands.Resolve(driver, "heat", ("temperature", 851.3, "°C"), ("duration", 1, "h"), ("ramp", 7, "K/min"));
        var scope = new ScriptedScope(stand.Clock) { OnReport = _ => stand.Floor.ShowIn(Furnace, onTheWay) };
        var began = stand.Clock.GetUtcNow();

        var outcome = await driver.ExecuteAsync(command, scope, CancellationToken.None);
        var recovery = await driver.RecoverAsync(Commands.Started(command, stand.Clock, [.. scope.Marks]), scope, CancellationToken.None);

        outcome.Status.Should().Be(ActionStatus.Succeeded, outcome.Message);
        outcome.Outputs["peak"].Value.Should().BeApproximately(851.3, 0.1, "register and memory each have a tenth of their own degree");
        stand.Device.Effects.All.Where(effect => effect.Kind == EffectKind.Heat).Should().ContainSingle().Which.Amount.Should().BeApproximately(851.3, 0.06);
        (stand.Clock.GetUtcNow() - began).TotalHours.Should().BeInRange(6, 7, "two hours up, one at the top, and cooling");
        recovery.Should().BeOfType<Recovery.Happened>().Which.Outcome.Status.Should().Be(ActionStatus.Succeeded);
    }

    private async Task<IDriver> PumpAsync(ColourBench bench)
    {
        var pump = DriverFamilies.BuiltIn.Create(Commands.Settings("new-era-ne1000", ("diameter", "26.59")), _ => Task.FromResult(bench.Connect(Pump)), _clock, LinkClock.Create());
        await pump.ConnectAsync(CancellationToken.None);
        return pump;
    }

    /// <summary>By the line, which has one user at a time, in place of the keys.</summary>
    private static async Task PressAsync(ColourBench bench, IDriver pump, params string[] keys)
    {
        using (var panel = bench.Connect(Pump))
        {
            foreach (var key in keys) panel.Ask(key + "\r").Should().Be("\x02" + "00S\x03");
        }

        await pump.ConnectAsync(CancellationToken.None);
    }

    private static DriverCommand Dispense(IDriver pump, double volume, double rate) => Commands.Resolve(pump, "dispense", ("volume", volume, "mL"), ("rate", rate, "mL/min"));

    private Task<ActionOutcome> RunAsync(IDriver driver, string name) => driver.ExecuteAsync(Commands.Resolve(driver, name), new ScriptedScope(_clock), CancellationToken.None);
}
