namespace LabAutomation.Simulators.Thermostats;

/// <summary>In which unit a panel shows temperatures; the numbers are those of the registers.</summary>
public enum TemperatureDisplay
{
    Celsius = 0,
    Fahrenheit = 1,
    Kelvin = 2,
}

/// <summary>What a device's registers make of °C while its panel shows another unit.</summary>
internal static class TemperatureDisplays
{
    public static double Of(this TemperatureDisplay display, double celsius) => display switch
    {
        TemperatureDisplay.Fahrenheit => (celsius * 1.8) + 32,
        TemperatureDisplay.Kelvin => celsius + 273.15,
        _ => celsius,
    };

    /// <returns>°C.</returns>
    public static double Celsius(this TemperatureDisplay display, double shown) => Math.Round(display switch
    {
        TemperatureDisplay.Fahrenheit => (shown - 32) / 1.8,
        TemperatureDisplay.Kelvin => shown - 273.15,
        _ => shown,
    }, 6);

    /// <summary>Of differences and rates: how many of its degrees a kelvin has.</summary>
    public static double PerKelvin(this TemperatureDisplay display) => display == TemperatureDisplay.Fahrenheit ? 1.8 : 1;
}
