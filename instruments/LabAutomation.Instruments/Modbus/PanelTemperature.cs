namespace LabAutomation.Instruments;

/// <summary>The unit that a panel was switched to, in which a device's registers are, too. It is read with the values, since somebody may switch it at any time.</summary>
internal readonly record struct PanelTemperature(double PerKelvin, double AtZeroCelsius)
{
    private static readonly PanelTemperature[] Known = [new(1, 0), new(1.8, 32), new(1, 273.15)];

    /// <param name="device">What it is called in a message.</param>
    /// <param name="code">0 °C, 1 °F, 2 K.</param>
    /// <param name="last">The last code that the device has.</param>
    /// <exception cref="InstrumentFaultException">Another code.</exception>
    public static PanelTemperature Of(string device, ushort code, ushort last) =>
        code <= last ? Known[code] : throw new InstrumentFaultException($"the {device} shows temperatures in a unit that this driver does not know (code {code}); set its panel to °C");

    /// <param name="shown">In the panel's unit.</param>
    public double Celsius(double shown) => (shown - AtZeroCelsius) / PerKelvin;

    /// <param name="shown">A difference or a rate, in the panel's unit.</param>
    public double Kelvin(double shown) => shown / PerKelvin;

    public double OfCelsius(double celsius) => (celsius * PerKelvin) + AtZeroCelsius;

    public double OfKelvin(double kelvin) => kelvin * PerKelvin;
}
