using LabAutomation.Simulators.Spectra;

namespace LabAutomation.Tests.Simulators;

public sealed class SpectraTests
{
    private static readonly IEnumerable<int> Points = Enumerable.Range(0, Optics.Points);

    [Theory]
    [InlineData(0, 610, 650)]
    [InlineData(1, 510, 545)]
    [InlineData(2, 415, 440)]
    public void A_fifth_of_one_stock_solution_peaks_between_0_8_and_1_0_in_its_own_band(int dye, int from, int to)
    {
        var volumes = new double[4];
        (volumes[dye], volumes[3]) = (0.4, 1.6);
        var peak = Points.MaxBy(point => Optics.Absorbance(volumes, point));
        Optics.Absorbance(volumes, peak).Should().BeInRange(0.8, 1.0);
        Optics.Wavelength(peak).Should().BeInRange(from, to);
    }

    [Fact]
    public void Bands_overlap_so_that_no_wavelength_tells_one_dye_alone()
    {
        double At(int dye, int wavelength)
        {
            var volumes = new double[4];
            (volumes[dye], volumes[3]) = (0.4, 1.6);
            return Optics.Absorbance(volumes, (wavelength - 380) / 5);
        }

        At(0, 430).Should().BeGreaterThan(0.05);
        At(1, 430).Should().BeGreaterThan(0.05);
        At(0, 530).Should().BeGreaterThan(0.03);
        At(1, 590).Should().BeGreaterThan(0.03);
        At(2, 500).Should().BeGreaterThan(0.03);
    }

    [Fact]
    public void Spectra_of_mixtures_add_up()
    {
        foreach (var point in Points)
        {
            var together = Optics.Absorbance([0.4, 0.3, 0.2, 1.1], point);
            double[][] alone = [[0.4, 0, 0, 1.6], [0, 0.3, 0, 1.7], [0, 0, 0.2, 1.8]];
            var apart = alone.Sum(volumes => Optics.Absorbance(volumes, point));
            together.Should().BeApproximately(apart, 1e-12);
        }
    }

    [Fact]
    public void Layers_let_more_light_through_than_the_mixture_and_mixing_is_monotone()
    {
        double[] volumes = [0.4, 0.3, 0.2, 1.1];
        foreach (var point in Points)
        {
            var light = new[] { 0, 0.0001, 0.01, 0.5, 1 }.Select(unmixed => Optics.Transmittance(volumes, unmixed, point)).ToList();
            light.Should().BeInAscendingOrder();
            light[0].Should().BeApproximately(Math.Pow(10, -Optics.Absorbance(volumes, point)), 1e-15);
        }
    }

    [Fact]
    public void Too_little_liquid_lets_light_pass_above_it()
    {
        Optics.Transmittance([0.1, 0, 0, 0.4], 0, 50).Should().BeGreaterThan(0.5);
        Optics.Transmittance(new double[4], 0, 50).Should().Be(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public void Noise_has_the_mean_and_variance_of_the_stated_model(int averages)
    {
        const int repeats = 4000;
        const int point = 36;
        double[] volumes = [0.2, 0.2, 0.2, 1.4];
        var readings = new List<double>();
        for (var number = 1; number <= repeats; number++)
        {
            var counts = Detector.Read(11, Of(number, averages, volumes));
            var drift = Detector.BaselineDrift * Detector.Drift(11, "splitter", number);
            readings.Add(Detector.Absorbance(counts.Sample[point], counts.Reference[point]) - drift);
        }

        var reference = Detector.Light(point, 100);
        var passed = (0.9995 * Math.Pow(10, -Optics.Absorbance(volumes, point))) + 0.0005;
        double Relative(double counts) => ((counts / 4) + 25) / averages / (counts * counts);
        var sd = Math.Sqrt(Relative(reference) + Relative(reference * passed)) / Math.Log(10);

        readings.Average().Should().BeApproximately(-Math.Log10(passed), 5 * sd / Math.Sqrt(repeats));
        var measured = Math.Sqrt(readings.Average(a => Math.Pow(a - readings.Average(), 2)));
        (measured / sd).Should().BeInRange(0.95, 1.05);
    }

    [Fact]
    public void Noise_depends_on_seed_and_number_and_on_nothing_else()
    {
        double[] volumes = [0.2, 0.2, 0.2, 1.4];
        var first = Detector.Read(11, Of(5, 4, volumes)).Sample;
        Detector.Read(11, Of(5, 4, volumes)).Sample.Should().Equal(first);
        Detector.Read(11, Of(6, 4, volumes)).Sample.Should().NotEqual(first);
        Detector.Read(12, Of(5, 4, volumes)).Sample.Should().NotEqual(first);
    }

    [Fact]
    public void The_detector_counts_in_whole_numbers_and_saturates_at_16_bits()
    {
        var counts = Detector.Read(11, Of(1, 1, [0, 0, 0, 2])).Reference;
        counts.Should().OnlyContain(c => c == Math.Floor(c));
        var bright = new Acquisition { Number = 1, Integration = 1000, Averages = 1, Volumes = [0, 0, 0, 2] };
        Detector.Read(11, bright).Reference.Should().Contain(65535).And.OnlyContain(c => c <= 65535);
    }

    [Fact]
    public void Stray_light_bounds_what_can_be_measured()
    {
        var (sample, reference) = Detector.Read(11, Of(1, 1000, [2, 0, 0, 0]));
        Detector.Absorbance(sample[50], reference[50]).Should().BeApproximately(-Math.Log10(0.0005), 0.03);
    }

    [Fact]
    public void Drift_is_slow_and_small()
    {
        var drift = Enumerable.Range(1, 4000).Select(number => Detector.Drift(11, "splitter", number)).ToList();
        drift.Should().OnlyContain(d => Math.Abs(d) <= 1);
        drift.Zip(drift.Skip(1), (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(0.02);
        (drift.Max() - drift.Min()).Should().BeGreaterThan(0.5);
    }

    private static Acquisition Of(long number, int averages, double[] volumes) =>
        new() { Number = number, Integration = 100, Averages = averages, Volumes = volumes };
}
