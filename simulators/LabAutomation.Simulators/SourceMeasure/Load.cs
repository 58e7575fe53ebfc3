namespace LabAutomation.Simulators.SourceMeasure;

/// <summary>
/// What is connected to the output: a resistor, or a diode with a series resistance after Shockley's equation at 298 K. A diode passes its
/// saturation current in reverse and never breaks through.
/// </summary>
internal sealed class Load
{
    /// <summary>kT/q at 298.15 K, V.</summary>
    private const double Thermal = 0.025693;

    /// <summary>Ω; of the resistor, or in series with the diode.</summary>
    public double Resistance { get; set; } = 1000;

    /// <summary>A; null = there is no diode.</summary>
    public double? Saturation { get; set; }

    public double Ideality { get; set; } = 1.8;

    /// <summary>A at a voltage in V.</summary>
    public double Current(double voltage)
    {
        if (Saturation is not { } saturation) return voltage / Resistance;
        if (voltage <= 0) return saturation * (Math.Exp(Math.Max(voltage / (Ideality * Thermal), -700)) - 1);

        // The voltage rises with the current, and all of it across the resistance gives the largest current there can be.
        var (low, high) = (0.0, voltage / Resistance);
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            if (Voltage(middle) < voltage) low = middle;
            else high = middle;
        }

        return low;
    }

    /// <summary>V at a current in A.</summary>
    public double Voltage(double current) =>
        Saturation is { } saturation ? (Ideality * Thermal * Math.Log(1 + (Math.Max(current, 0) / saturation))) + (current * Resistance) : current * Resistance;
}
