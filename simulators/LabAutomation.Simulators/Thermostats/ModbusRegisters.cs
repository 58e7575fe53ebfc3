using LabAutomation.Simulators.Wire;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Thermostats;

/// <summary>The thermostat behind its registers, see docs/reference/instruments/thermostat-modbus.md.</summary>
internal sealed class ModbusRegisters(World<ThermostatState> world, DeviceSite site) : IModbusRegisters
{
    private const ushort Model = 0x5442;
    private const ushort Firmware = 103;
    private const double LowestSetPoint = -20;
    private const double HighestSetPoint = 150;
    private const double HighestLimit = 160;
    private const double FastestRamp = 10;

    /// <summary>Half a hundredth.</summary>
    private const double Rounding = 0.005;

    private readonly SensorFaults<double> sensor = new(site.Faults);

    private ThermostatState State => world.State;

    /// <summary>Lets the bath go on to the present.</summary>
    public void Advance() =>
        State.Heat.RunTo(world.Now, State.SetPoint / 100.0, State.RampRate / 6000.0, State.HighLimit / 100.0);

    /// <summary>Null where there is no such register.</summary>
    public ushort? Input(int address) => address switch
    {
        0 => Model,
        1 => (ushort)(Serial >> 16),
        2 => (ushort)Serial,
        3 => Firmware,
        10 => State.SensorBroken ? unchecked((ushort)short.MinValue) : Hundredths(sensor.Shown(State.Heat.Temperature * sensor.Factor(world.Now))),
        11 => unchecked((ushort)(short)Math.Round(State.Heat.Output * 1000)),
        12 => Status,
        13 => Hundredths(State.Heat.Working),
        14 => (ushort)(State.Starts >> 16),
        15 => (ushort)State.Starts,
        16 => (ushort)State.Display,
        _ => null,
    };

    /// <inheritdoc cref="Input"/>
    public ushort? Holding(int address) => address switch
    {
        0 => Hundredths(State.SetPoint / 100.0),
        1 => (ushort)Math.Round(State.RampRate * State.Display.PerKelvin()),
        2 => (ushort)(State.Heat.Controls ? 1 : 0),
        3 => Hundredths(State.HighLimit / 100.0),
        4 => (ushort)State.Display,
        _ => null,
    };

    public bool Allows(int address, ushort value) => address switch
    {
        0 => Celsius(value) is > LowestSetPoint - Rounding and < HighestSetPoint + Rounding,
        1 => value / 100.0 / State.Display.PerKelvin() < FastestRamp + Rounding,
        2 => value <= 1,
        3 => Celsius(value) is > -Rounding and < HighestLimit + Rounding,
        4 => value <= (ushort)TemperatureDisplay.Fahrenheit,
        _ => false,
    };

    /// <returns>False where the device cannot: control does not start with a broken sensor or above the limit.</returns>
    public bool Write(int address, ushort value)
    {
        world.Changed();
        switch (address)
        {
            case 0: State.SetPoint = Celsius(value) * 100; break;
            case 1: State.RampRate = value / State.Display.PerKelvin(); break;
            case 2: return Control(value == 1);
            case 3: State.HighLimit = Celsius(value) * 100; break;
            default: State.Display = (TemperatureDisplay)value; break;
        }

        return true;
    }

    private uint Serial => (uint)new SeededNoise(world.Seed, site.Name + "/serial", 0).Bits();

    private ushort Status => (ushort)(
        (State.Heat.Controls ? 1 : 0)
        | (State.Heat.Controls && Math.Abs(State.Heat.Working - (State.SetPoint / 100.0)) > 0.005 ? 2 : 0)
        | (State.Heat.CutOut ? 4 : 0)
        | (State.SensorBroken ? 8 : 0));

    private bool Control(bool on)
    {
        if (!on)
        {
            State.Heat.SwitchOff();
            return true;
        }

        if (State.SensorBroken || State.Heat.Temperature > State.HighLimit / 100.0) return false;
        if (State.Heat.Controls) return true;
        (State.Heat.Controls, State.Heat.CutOut, State.Heat.Working) = (true, false, State.Heat.Temperature);
        State.Starts++;
        world.Record(site.Name, EffectKind.Control, State.SetPoint / 100.0);
        return true;
    }

    private double Celsius(ushort word) => State.Display.Celsius(unchecked((short)word) / 100.0);

    private ushort Hundredths(double celsius) => unchecked((ushort)(short)Math.Clamp(Math.Round(State.Display.Of(celsius) * 100), -32000, 32000));
}
