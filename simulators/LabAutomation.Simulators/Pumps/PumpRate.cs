namespace LabAutomation.Simulators.Pumps;

/// <summary>Rate units of the NE-1000 and what its motor can do: 0.004205 cm/h to 5.1005 cm/min (user manual, section 12.5).</summary>
internal static class PumpRate
{
    private const double FastestCmPerMinute = 5.1005;
    private const double SlowestCmPerHour = 0.004205;

    /// <summary>The units at the end of the text: UM µL/min, MM mL/min, UH µL/h, MH mL/h; null if there are none.</summary>
    public static string? Units(string text) => text.Length >= 2 && text[^2..] is "UM" or "MM" or "UH" or "MH" ? text[^2..] : null;

    /// <summary>mL/min.</summary>
    public static double PerMinute(double rate, string units) => rate * (units[0] == 'U' ? 0.001 : 1) / (units[1] == 'H' ? 60 : 1);

    /// <summary>0 can be set, but not run.</summary>
    public static bool Allows(double rate, string units, double diameter)
    {
        var area = Math.PI * diameter * diameter / 400;     // cm²
        var perMinute = PerMinute(rate, units);
        return rate == 0 || (perMinute <= area * FastestCmPerMinute && perMinute >= area * SlowestCmPerHour / 60);
    }
}
