using LabAutomation.Simulators.Bench;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Simulators.Spectra;

/// <summary>
/// Two beams on one diode array. Per scan and diode: shot noise of 4 electrons per count, read noise, 16 bits; stray light in the sample
/// beam. Lamp and beam splitter drift slowly. Noise and drift follow from the seed and the acquisition's number alone, so that a lab that was
/// killed and resumed sees the data it would have seen.
/// </summary>
internal static class Detector
{
    public const double ElectronsPerCount = 4;

    /// <summary>Counts, standard deviation per scan.</summary>
    public const double ReadNoise = 5;

    public const double FullScale = 65535;

    public const double StrayLight = 0.0005;

    /// <summary>Counts of the reference beam at the lamp's peak after 100 ms.</summary>
    public const double PeakCounts = 45000;

    /// <summary>Absorbance units: the largest baseline error the beam splitter's drift can make.</summary>
    public const double BaselineDrift = 0.001;

    /// <summary>Relative.</summary>
    public const double LampDrift = 0.02;

    /// <summary>Mean counts per scan of both beams.</summary>
    public static (double[] Sample, double[] Reference) Read(long seed, Acquisition acquisition)
    {
        var noise = new SeededNoise(seed, "spectrometer", acquisition.Number);
        var level = 1 + (LampDrift * Drift(seed, "lamp", acquisition.Number));
        var splitter = Math.Pow(10, -BaselineDrift * Drift(seed, "splitter", acquisition.Number));
        var (sample, reference) = (new double[Optics.Points], new double[Optics.Points]);
        for (var point = 0; point < Optics.Points; point++)
        {
            var light = Light(point, acquisition.Integration) * level;
            var passed = Optics.Transmittance(acquisition.Volumes, acquisition.Unmixed, point);
            reference[point] = Counts(light, acquisition.Averages, noise);
            sample[point] = Counts(light * splitter * (((1 - StrayLight) * passed) + StrayLight), acquisition.Averages, noise);
        }

        return (sample, reference);
    }

    public static double Absorbance(double sample, double reference) => Math.Log10(Math.Max(reference, 1) / Math.Max(sample, 1));

    /// <summary>Noise-free counts of the reference beam.</summary>
    public static double Light(int point, int integration)
    {
        var lamp = 0.45 + (0.55 * Math.Exp(-Math.Pow((Optics.Wavelength(point) - 560) / 140.0, 2)));
        return PeakCounts * lamp * integration / 100;
    }

    /// <summary>Between −1 and 1: three slow waves with phases from the seed.</summary>
    public static double Drift(long seed, string what, long number)
    {
        var phases = new SeededNoise(seed, what + "/drift", 0);
        double[] periods = [173, 607, 1999];
        return periods.Sum(period => Math.Sin(2 * Math.PI * ((number / period) + phases.Uniform()))) / periods.Length;
    }

    // The sum of n scans is a whole number with n times the variance of one; drawing it at once costs the same for 1 and 1000 averages.
    private static double Counts(double mean, int scans, SeededNoise noise)
    {
        var sd = Math.Sqrt(scans * ((mean / ElectronsPerCount) + (ReadNoise * ReadNoise)));
        return Math.Clamp(Math.Round((scans * mean) + (sd * noise.Normal())), 0, scans * FullScale) / scans;
    }
}
