namespace LabAutomation.Instruments;

/// <summary>Settings of a source-measure unit.</summary>
/// <param name="HighestVoltage">V, of either sign; 0.2 to 1100. What the device under test may see.</param>
/// <param name="HighestCurrent">A, of either sign; 1e-6 to 10.</param>
/// <param name="FourWire">Whether the voltage is sensed at the device under test by two wires of their own.</param>
internal sealed record ScpiSmuOptions(double HighestVoltage, double HighestCurrent, bool FourWire)
{
    public static ScpiSmuOptions From(DriverSettings settings)
    {
        settings.AllowOnly("highest-voltage", "highest-current", "wires");
        var wires = settings.Whole("wires", 2, 4, 2);
        if (wires == 3) throw new DriverSettingsException($"driver '{settings.Family}': setting 'wires' is 3 and must be 2 or 4");
        return new ScpiSmuOptions(settings.Number("highest-voltage", 0.2, 1100, 20), settings.Number("highest-current", 1e-6, 10, 0.1), wires == 4);
    }
}
