namespace LabAutomation.Instruments;

/// <summary>Settings of an IKA stirrer or hotplate.</summary>
/// <param name="FastestSpeed">rpm; 1500 for an RCT.</param>
/// <param name="HighestTemperature">°C; 310 for an RCT, lower where the bench wants it.</param>
internal sealed record IkaStirrerOptions(double FastestSpeed, double HighestTemperature)
{
    public static IkaStirrerOptions From(DriverSettings settings)
    {
        settings.AllowOnly("fastest-speed", "highest-temperature");
        return new IkaStirrerOptions(settings.Number("fastest-speed", 50, 2000, 1500), settings.Number("highest-temperature", 30, 340, 310));
    }
}
