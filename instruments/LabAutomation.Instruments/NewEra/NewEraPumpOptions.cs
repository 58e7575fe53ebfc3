namespace LabAutomation.Instruments;

/// <summary>Settings of a New Era syringe pump.</summary>
/// <param name="Address">Network address, 0 to 99.</param>
/// <param name="Diameter">Inside diameter of the syringe in mm, 0.1 to 50; what the pump computes volumes from.</param>
/// <param name="Volume">What the syringe holds, in mL.</param>
internal sealed record NewEraPumpOptions(int Address, double Diameter, double Volume)
{
    /// <summary>Largest plunger speed of the NE-1000 in cm/min (user manual, specifications).</summary>
    private const double FastestPlunger = 5.1005;

    /// <summary>The fastest rate with this syringe, in mL/min.</summary>
    public double FastestRate => Math.Floor(Math.PI / 4 * (Diameter / 10) * (Diameter / 10) * FastestPlunger * 1000) / 1000;

    public static NewEraPumpOptions From(DriverSettings settings)
    {
        settings.AllowOnly("address", "diameter", "volume");
        return new NewEraPumpOptions(settings.Whole("address", 0, 99, 0), settings.Number("diameter", 0.1, 50), settings.Number("volume", 0.01, 500, 60));
    }
}
