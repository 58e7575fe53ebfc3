using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Benchmarks.Detector;

/// <summary>Simulated frames with what is on them, drawn before anything is measured.</summary>
internal sealed class FrameSet
{
    private readonly DetectorGeometry _geometry;
    private readonly bool[] _good;

    public FrameSet(DetectorGeometry geometry, DetectorScene scene, int frames, long seed)
    {
        var detector = new AreaDetector(geometry, scene, UnitCell.Lysozyme, seed);
        _geometry = geometry;
        _good = [.. Enumerable.Range(0, geometry.Width * geometry.Height).Select(detector.IsGood)];
        Frames = new DetectorFrame[frames];
        Parallel.For(0, frames, k => Frames[k] = detector.Draw(k + 1));
        Payloads = Array.ConvertAll(Frames, frame => frame.ToBytes());
    }

    public DetectorFrame[] Frames { get; }

    /// <summary>As they come from the detector.</summary>
    public byte[][] Payloads { get; }

    public int Width => _geometry.Width;

    public int Height => _geometry.Height;

    public RadialPeakFinder Finder(PeakFinderOptions options) => new(Width, Height, _geometry.CentreX, _geometry.CentreY, _good, options);
}
