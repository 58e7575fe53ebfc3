using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

/// <summary>Patches of normal noise, with or without a peak in the middle.</summary>
internal static class PatchSamples
{
    /// <param name="height">Of the peak, in standard deviations; 0 for none.</param>
    /// <param name="width">Of the peak, standard deviation in pixels.</param>
    public static float[] Draw(int count, double height, long seed, double width = 1.1)
    {
        var noise = new SeededNoise(seed, "patches", 0);
        var patches = new float[count * IPeakLabeller.Area];
        for (var i = 0; i < patches.Length; i++)
        {
            var (x, y) = ((i % IPeakLabeller.Side) - 8, (i % IPeakLabeller.Area / IPeakLabeller.Side) - 8);
            patches[i] = (float)Math.Clamp(noise.Normal() + (height * Math.Exp(-((x * x) + (y * y)) / (2 * width * width))), -5, 60);
        }

        return patches;
    }

    /// <summary>The score of each patch's candidate.</summary>
    public static float[] Scores(this IPeakLabeller labeller, float[] patches)
    {
        var shares = new float[patches.Length];
        labeller.Label(patches, shares);
        return [.. shares.Chunk(IPeakLabeller.Area).Select(one => Patches.Score(one))];
    }
}
