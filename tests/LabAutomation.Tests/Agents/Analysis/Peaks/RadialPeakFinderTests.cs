using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Analysis.Peaks;
using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Tests.Agents.Analysis.Peaks;

public sealed class RadialPeakFinderTests
{
    private static readonly DetectorGeometry Geometry = DetectorGeometry.Small;
    private static readonly DetectorScene Scene = new() { BestHitRate = 1, TearingTransmission = 1e9, Brightness = 1500 };

    [Fact]
    public void The_background_is_that_of_its_ring_whatever_peaks_stand_on_it()
    {
        var detector = Detector(Scene with { PulseSpread = 0 });
        var background = new RadialBackground(Geometry.Width, Geometry.CentreX, Geometry.CentreY, Mask(detector));

        background.Measure(detector.Draw(1).Counts);

        var ring = (int)Geometry.Radius(Scene.RingSpacing) + 1;
        var photons = Scene.Ring + (Scene.Background * Math.Exp(-2 * Geometry.Radius(Scene.RingSpacing) / Geometry.Radius(Geometry.FinestSpacing)));
        background.Mean[ring].Should().BeApproximately((float)(Scene.Pedestal + (Scene.Gain * photons)), 2f);
        background.Deviation[ring].Should().BeApproximately((float)Math.Sqrt((100 * photons) + 9), 2f);
    }

    [Fact]
    public void It_finds_what_stands_out_and_says_where()
    {
        var detector = Detector(Scene);
        var finder = Finder(detector, new PeakFinderOptions { Threshold = 5 });
        var (seen, there, right, found) = (0, 0, 0, 0);
        for (var number = 1; number <= 6; number++)
        {
            var frame = detector.Draw(number);
            var peaks = finder.Find(frame.Counts);
            found += peaks.Count;
            right += peaks.Count(peak => frame.Peaks.Any(truth => Distance(truth, peak) <= 2));
            var bright = frame.Peaks.Where(peak => peak.Photons >= 60 && IsApart(peak, frame.Peaks)).ToList();
            there += bright.Count;
            seen += bright.Count(truth => peaks.Any(peak => Distance(truth, peak) <= 1));
        }

        there.Should().BeGreaterThan(150);
        seen.Should().BeGreaterThan((int)(0.97 * there));
        right.Should().BeGreaterThan((int)(0.95 * found));
    }

    [Fact]
    public void A_place_is_the_better_the_more_photons_say_so()
    {
        var errors = new[] { 100, 1600 }.Select(MeanSquareError).ToArray();

        Math.Sqrt(errors[0] / errors[1]).Should().BeInRange(3, 5, "the error goes as one by the root of the photons: 16 times as many, a quarter of the error");
        Math.Sqrt(errors[0]).Should().BeLessThan(1.25 * Math.Sqrt(((Scene.PeakWidth * Scene.PeakWidth) + (1.0 / 12)) * 2 / 100), "no more than a quarter above what photons allow");
    }

    [Fact]
    public void Where_there_is_nothing_it_finds_next_to_nothing()
    {
        var detector = Detector(Scene with { BestHitRate = 0 });
        var finder = Finder(detector, new PeakFinderOptions { Threshold = 6 });

        Enumerable.Range(1, 20).Sum(number => finder.Find(detector.Draw(number).Counts).Count).Should().BeLessThan(3);
    }

    [Fact]
    public void Pixels_that_do_not_work_are_no_peaks()
    {
        var detector = Detector(Scene with { BestHitRate = 0, HotPixels = 0.02 });

        Finder(detector, new PeakFinderOptions { Threshold = 12, FewestPixels = 1 }).Find(detector.Draw(1).Counts).Should().BeEmpty();
    }

    [Fact]
    public void A_frame_of_another_size_is_refused_with_both_sizes()
    {
        var finder = Finder(Detector(Scene), new PeakFinderOptions());

        finder.Invoking(f => f.Find(new ushort[100])).Should().Throw<AnalysisException>().WithMessage("*100 pixels*512 × 512*262144*");
    }

    private static double MeanSquareError(int photons)
    {
        var scene = new DetectorScene { Background = 0.05, Ring = 0, HotPixels = 0, DeadPixels = 0, Panel = 10_000, PulseSpread = 0 };
        var errors = new List<double>();
        for (var seed = 1; seed <= 8; seed++)
        {
            var frame = new GaussianFrame(Geometry.Width, Geometry.Height, scene, seed);
            var peaks = frame.Peaks(photons);
            var finder = new RadialPeakFinder(Geometry.Width, Geometry.Height, Geometry.CentreX, Geometry.CentreY, [.. Enumerable.Repeat(true, Geometry.Width * Geometry.Height)], new PeakFinderOptions());
            var found = finder.Find(frame.Counts(peaks));
            errors.AddRange(peaks.Select(truth => found.Min(peak => Distance(truth, peak))).Where(distance => distance < 2).Select(distance => distance * distance));
        }

        errors.Should().HaveCountGreaterThan(700);
        return errors.Average();
    }

    private static bool IsApart(BraggPeak peak, IReadOnlyList<BraggPeak> all) => all.Count(other => double.Hypot(other.X - peak.X, other.Y - peak.Y) < 8) == 1;

    private static double Distance(BraggPeak truth, FoundPeak found) => double.Hypot(truth.X - found.X, truth.Y - found.Y);

    private static AreaDetector Detector(DetectorScene scene) => new(Geometry, scene, UnitCell.Lysozyme, 11);

    private static bool[] Mask(AreaDetector detector) => [.. Enumerable.Range(0, Geometry.Width * Geometry.Height).Select(detector.IsGood)];

    private static RadialPeakFinder Finder(AreaDetector detector, PeakFinderOptions options) => new(Geometry.Width, Geometry.Height, Geometry.CentreX, Geometry.CentreY, Mask(detector), options);
}
