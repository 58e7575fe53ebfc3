using LabAutomation.Simulators.Diffraction;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

/// <summary>A frame with peaks of one strength on a grid, each moved by part of a pixel.</summary>
internal sealed class GaussianFrame(int width, int height, DetectorScene scene, int seed)
{
    private const int Pitch = 40;

    private readonly SeededNoise _noise = new(seed, "grid", 0);

    public List<BraggPeak> Peaks(int photons) =>
        [.. from x in Enumerable.Range(1, (width / Pitch) - 1) from y in Enumerable.Range(1, (height / Pitch) - 1) select new BraggPeak((x * Pitch) + _noise.Uniform(), (y * Pitch) + _noise.Uniform(), photons, scene.PeakWidth)];

    /// <summary>Each photon falls by itself, so that nothing of the detector's own code is in it.</summary>
    public ushort[] Counts(List<BraggPeak> peaks)
    {
        var photons = new int[width * height];
        for (var i = 0; i < photons.Length; i++) photons[i] = _noise.Uniform() < scene.Background ? 1 : 0;
        foreach (var peak in peaks)
        {
            for (var photon = 0; photon < peak.Photons; photon++)
            {
                var (x, y) = ((int)Math.Round(peak.X + (peak.Width * _noise.Normal())), (int)Math.Round(peak.Y + (peak.Width * _noise.Normal())));
                photons[(y * width) + x]++;
            }
        }

        return [.. photons.Select(count => (ushort)Math.Max(0, Math.Round(scene.Pedestal + (scene.Gain * count) + (scene.ReadNoise * _noise.Normal()))))];
    }
}
