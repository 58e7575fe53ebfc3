using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Synthesis;

/// <summary>
/// The diffraction pattern of a mixture of the target phase and what its powders else are: Gaussian lines of 0.25° over a falling background,
/// counts with the noise of counting. Positions and strengths of a phase's ten lines follow from what it is, the sum of its strengths from
/// its weight fraction.
/// </summary>
internal static class PowderPattern
{
    public const double First = 10;
    public const double Step = 0.1;
    public const int Points = 601;

    private const int Lines = 10;
    private const double Width = 0.25;

    /// <summary>Counts of a pure phase's strongest line, in a second.</summary>
    private const double Brightness = 40;

    private const double Background = 2;

    /// <summary>Refined fractions of a scan of 8 min have this error, and it falls with the root of the time.</summary>
    private const double ReferenceError = 0.02;

    private const double ReferenceTime = 480;
    private const double SmallestError = 0.004;

    /// <summary>°, twice the Bragg angle.</summary>
    public static double Angle(int point) => Math.Round(First + (Step * point), 1);

    public static double[] Counts(long seed, string name, ScanState scan)
    {
        var counts = new double[Points];
        for (var k = 0; k < Points; k++) counts[k] = Background * (1 + (20 / Angle(k)));
        Add(counts, seed, $"phase/{scan.Target}", 0, scan.Fraction);
        if (scan.Target > 0) Add(counts, seed, $"mixture/{scan.Target}", scan.Recipe, 1 - scan.Fraction);
        var noise = new SeededNoise(seed, name + "/counts", scan.Number);
        for (var k = 0; k < Points; k++)
        {
            var mean = counts[k] * scan.Duration;
            counts[k] = Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * noise.Normal())));
        }

        return counts;
    }

    /// <summary>What the instrument's own refinement says of the target phase: its weight fraction, 0 to 1, and one standard deviation of it.</summary>
    public static (double Fraction, double Error) Refined(long seed, string name, ScanState scan)
    {
        var error = Math.Max(SmallestError, ReferenceError * Math.Sqrt(ReferenceTime / scan.Duration));
        return (Math.Clamp(scan.Fraction + (error * new SeededNoise(seed, name + "/refined", scan.Number).Normal()), 0, 1), error);
    }

    private static void Add(double[] counts, long seed, string phase, int number, double share)
    {
        if (share <= 0) return;
        var noise = new SeededNoise(seed, phase, number);
        for (var line = 0; line < Lines; line++)
        {
            var (at, strength) = (15 + (50 * noise.Uniform()), Brightness * share * (line == 0 ? 1 : 0.7 * noise.Uniform()));
            var (low, high) = ((int)((at - (4 * Width) - First) / Step), (int)((at + (4 * Width) - First) / Step));
            for (var k = Math.Max(0, low); k <= Math.Min(Points - 1, high); k++)
                counts[k] += strength * Math.Exp(-0.5 * Math.Pow((Angle(k) - at) / Width, 2));
        }
    }
}
