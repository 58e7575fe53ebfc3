using LabAutomation.Simulators.Diffraction;

namespace LabAutomation.Tests.Simulators.Diffraction;

public sealed class AreaDetectorTests
{
    private static readonly DetectorGeometry Geometry = new(260, 260, 0.15, 60, 1.3);
    private static readonly DetectorScene Flat = new() { Background = 0, Ring = 2.5, RingWidth = 1e9, PulseSpread = 0, BestHitRate = 0, HotPixels = 0, DeadPixels = 0, Panel = 10_000 };

    [Fact]
    public void The_same_seed_and_number_give_the_same_frame_in_any_order_and_others_another()
    {
        var detector = Detector(new DetectorScene(), seed: 1);
        var first = detector.Draw(3).Counts;
        detector.Draw(9);

        detector.Draw(3).Counts.Should().Equal(first);
        Detector(new DetectorScene(), seed: 1).Draw(3).Counts.Should().Equal(first);
        detector.Draw(4).Counts.Should().NotEqual(first);
        Detector(new DetectorScene(), seed: 2).Draw(3).Counts.Should().NotEqual(first);
    }

    [Fact]
    public void A_flat_field_has_the_mean_and_the_variance_of_photons_gain_and_read_noise()
    {
        var counts = Enumerable.Range(1, 4).SelectMany(n => Detector(Flat).Draw(n).Counts).Select(count => (double)count).ToArray();

        var mean = counts.Average();
        mean.Should().BeApproximately(Flat.Pedestal + (Flat.Gain * 2.5), 0.01 * mean);
        counts.Average(count => Math.Pow(count - mean, 2)).Should().BeApproximately((Flat.Gain * Flat.Gain * 2.5) + (Flat.ReadNoise * Flat.ReadNoise), 4);
    }

    [Fact]
    public void A_detector_that_drifts_is_as_it_was_until_then_and_goes_no_further_in_the_end()
    {
        var drift = new DetectorDrift(10, 4) { Background = 2, Gain = 0.5, Pedestal = 40 };
        var (steady, drifting) = (Detector(Flat), Detector(Flat with { Drift = drift }));
        double Mean(long number) => drifting.Draw(number).Counts.Average(count => (double)count);

        drifting.Draw(10).Counts.Should().Equal(steady.Draw(10).Counts);
        Mean(12).Should().BeApproximately(20 + 20 + (7.5 * 1.5 * 2.5), 0.5, "half of the way is gone");
        Mean(14).Should().BeApproximately(20 + 40 + (5 * 2 * 2.5), 0.5);
        Mean(400).Should().BeApproximately(Mean(14), 0.5);
    }

    [Fact]
    public void Peaks_become_wider_where_the_drift_says_so()
    {
        var scene = Flat with { Ring = 0, BestHitRate = 1, TearingTransmission = 1e9, Drift = new DetectorDrift(1, 1) { PeakWidth = 2 } };

        Detector(scene).Draw(1).Peaks.Should().OnlyContain(peak => peak.Width == scene.PeakWidth);
        Detector(scene).Draw(2).Peaks.Should().NotBeEmpty().And.OnlyContain(peak => peak.Width == 2 * scene.PeakWidth);
    }

    [Fact]
    public void A_peak_brings_the_photons_that_it_is_said_to()
    {
        var scene = Flat with { Ring = 0, ReadNoise = 0, Pedestal = 0, BestHitRate = 1, TearingTransmission = 1e9, Brightness = 4000 };
        var frame = Detector(scene).Draw(1);
        var total = frame.Counts.Sum(count => (double)count) / scene.Gain;

        var expected = frame.Peaks.Where(p => p.X > 6 && p.Y > 6 && p.X < 253 && p.Y < 253).Sum(p => p.Photons);

        expected.Should().BeGreaterThan(2000);
        total.Should().BeInRange(expected * 0.97, frame.Peaks.Sum(p => p.Photons) * 1.03);
    }

    [Fact]
    public void Gaps_and_dead_pixels_count_nothing_hot_ones_much_and_none_of_them_is_good()
    {
        var scene = new DetectorScene { HotPixels = 0.01, DeadPixels = 0.01, Panel = 126, Gap = 8 };
        var detector = Detector(scene);
        var counts = detector.Draw(1, transmission: 0.2).Counts;

        var bad = Enumerable.Range(0, counts.Length).Where(i => !detector.IsGood(i)).ToArray();

        bad.Should().OnlyContain(i => counts[i] == 0 || counts[i] >= 20_000);
        Enumerable.Range(0, 260).Should().OnlyContain(row => counts[(row * 260) + 128] == 0, "there is a gap");
        bad.Count(i => counts[i] >= 20_000).Should().BeInRange(500, 800);
        Enumerable.Range(0, counts.Length).Where(detector.IsGood).Should().OnlyContain(i => counts[i] < 20_000);
    }

    [Fact]
    public void Hits_are_fewer_beside_the_jet_and_where_the_beam_tears_it()
    {
        var detector = Detector(new DetectorScene());

        var rates = new[] { (0.3, 0.0), (0.3, 4), (0.7, 0), (1, 0) }.Select(at => detector.HitRate(at.Item1, at.Item2)).ToArray();

        rates[0].Should().BeApproximately(0.6, 0.03);
        rates[1].Should().BeApproximately(rates[0] * Math.Exp(-0.5), 1e-9);
        rates[2].Should().BeApproximately(0.3, 1e-9);
        rates[3].Should().BeLessThan(0.15);
        var hits = Enumerable.Range(1, 150).Count(n => detector.Draw(n, 0.3).Peaks.Count > 0);
        hits.Should().BeInRange(68, 112, "0.6 of 150, within four standard deviations");
    }

    [Fact]
    public void The_bytes_are_the_counts_low_byte_first()
    {
        var frame = new DetectorFrame(1, new DetectorGeometry(2, 1, 1, 1, 1), [0x0102, 0xFFFE], []);

        frame.ToBytes().Should().Equal(0x02, 0x01, 0xFE, 0xFF);
    }

    private static AreaDetector Detector(DetectorScene scene, long seed = 1) => new(Geometry, scene, new UnitCell(30, 30, 30), seed);
}
