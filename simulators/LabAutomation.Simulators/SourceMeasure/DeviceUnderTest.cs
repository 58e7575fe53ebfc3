using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.SourceMeasure;

/// <summary>A hand at the terminals of a simulated source meter.</summary>
public sealed class DeviceUnderTest
{
    private readonly World<SmuState> world;

    internal DeviceUnderTest(World<SmuState> world) => this.world = world;

    /// <summary>Connects a resistor.</summary>
    /// <param name="ohms">More than 0.</param>
    public void Resistor(double ohms) => Connect(new Load { Resistance = ohms });

    /// <summary>Connects a diode in series with a resistor.</summary>
    /// <param name="saturation">Saturation current in A, more than 0.</param>
    /// <param name="ohms">More than 0.</param>
    public void Diode(double saturation, double ohms) => Connect(new Load { Resistance = ohms, Saturation = saturation });

    /// <summary>V at the terminals and A through them now; both 0 while the output is off.</summary>
    public (double Voltage, double Current) Look() => world.Do(() => SourceMeter.Output(world.State) is var (voltage, current, _) ? (voltage, current) : default);

    private void Connect(Load load)
    {
        if (!(load.Resistance > 0 && load.Saturation is null or > 0)) throw new ArgumentException("resistance and saturation current of a load are more than 0");
        world.Do(() =>
        {
            world.State.Load = load;
            world.Changed();
            return true;
        });
    }
}
