namespace LabAutomation.Instruments;

/// <summary>Settings of an arm.</summary>
/// <param name="Positions">Those that it was taught, the bin among them.</param>
internal sealed record PreciseFlexOptions(PositionSet Positions)
{
    public static PreciseFlexOptions From(DriverSettings settings)
    {
        settings.AllowOnly("positions", "bin");
        var positions = PositionSet.Of(settings, "positions");
        if (settings.Values.ContainsKey("bin") && positions.Find(settings.Whole("bin", 1, PositionSet.Highest)) is null)
            throw new DriverSettingsException($"driver '{settings.Family}': setting 'bin' is {settings.Values["bin"]} and must be one of the 'positions' {positions}");
        return new PreciseFlexOptions(positions);
    }
}
