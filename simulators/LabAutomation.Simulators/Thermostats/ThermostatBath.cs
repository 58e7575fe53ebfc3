using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Thermostats;

/// <summary>What a hand can do at a simulated thermostat, and what it would feel. May be called from any thread.</summary>
public sealed class ThermostatBath
{
    private readonly World<ThermostatState> world;
    private readonly ModbusThermostat thermostat;

    private ThermostatBath(World<ThermostatState> world, ModbusThermostat thermostat) => (this.world, this.thermostat) = (world, thermostat);

    /// <summary>The bath in truth, °C, also where the sensor is broken.</summary>
    public double Temperature => Look(() => world.State.Heat.Temperature);

    /// <summary>Whether heater and cooler are controlled.</summary>
    public bool IsControlled => Look(() => world.State.Heat.Controls);

    /// <summary>Breaks the sensor, which ends control, or mends it.</summary>
    public void BreakSensor(bool broken) => Look(() =>
    {
        world.State.SensorBroken = broken;
        if (broken) world.State.Heat.SwitchOff();
        world.Changed();
        return true;
    });

    /// <summary>Switches the panel, and with it the registers, to °C or °F.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Its panel does not have that unit.</exception>
    public void ShowIn(TemperatureDisplay display)
    {
        if (display > TemperatureDisplay.Fahrenheit) throw new ArgumentOutOfRangeException(nameof(display), display, "the panel shows °C or °F");
        Look(() =>
        {
            world.Changed();
            return world.State.Display = display;
        });
    }

    /// <summary>Exchanges the liquid for one of another temperature, °C.</summary>
    public void Fill(double temperature) => Look(() =>
    {
        world.Changed();
        return world.State.Heat.Temperature = temperature;
    });

    /// <summary>Makes it answer only that it is busy (exception 06) for a while.</summary>
    public void Occupy(TimeSpan time) => Look(() =>
    {
        world.Changed();
        return world.State.BusyUntil = world.Now + time;
    });

    internal static DeviceSetup SetUp(DeviceSite site) =>
        site.Place<ThermostatState, ModbusThermostat>(world => new ModbusThermostat(world, site), (world, thermostat) => new ThermostatBath(world, thermostat));

    private T Look<T>(Func<T> look) => world.Do(() =>
    {
        thermostat.Advance();
        return look();
    });
}
