namespace LabAutomation.Instruments;

/// <summary>Settings of a box furnace.</summary>
/// <param name="Unit">1 to 247.</param>
/// <param name="Positions">Where crucibles stand in it.</param>
/// <param name="Hottest">°C, 100 to 1200: what its elements and crucibles bear.</param>
internal sealed record EurothermFurnaceOptions(byte Unit, PositionSet Positions, double Hottest)
{
    public static EurothermFurnaceOptions From(DriverSettings settings)
    {
        settings.AllowOnly("positions", "unit-id", "highest-temperature");
        return new EurothermFurnaceOptions((byte)settings.Whole("unit-id", 1, 247, 1), PositionSet.Of(settings, "positions"), settings.Number("highest-temperature", 100, 1200, 1200));
    }
}
