using LabAutomation.Instruments;

namespace Vendor.Doser;

/// <summary>Settings of one instrument in the lab's file.</summary>
/// <param name="LargestDose">mL; keeps a mistake in a campaign from emptying the bottle.</param>
internal sealed record DoserOptions(double LargestDose)
{
    /// <exception cref="DriverSettingsException">A setting is not known or not right.</exception>
    public static DoserOptions From(DriverSettings settings)
    {
        settings.AllowOnly("largest-dose");
        return new DoserOptions(settings.Number("largest-dose", 0.01, 500, fallback: 50));
    }
}
