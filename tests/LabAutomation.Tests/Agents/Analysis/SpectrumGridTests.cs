using LabAutomation.Agents.Analysis;

namespace LabAutomation.Tests.Agents.Analysis;

public sealed class SpectrumGridTests
{
    [Theory]
    [InlineData(410, 730, "*covers 410 to 730 nm; a colour needs 400 to 700 nm*")]
    [InlineData(380, 690, "*covers 380 to 690 nm; a colour needs 400 to 700 nm*")]
    public void A_spectrum_that_ends_too_early_is_refused(double from, double to, string message)
    {
        double[] wavelengths = [.. Enumerable.Range(0, (int)((to - from) / 10) + 1).Select(i => from + (i * 10))];

        Refusal(wavelengths, new double[wavelengths.Length]).Should().Match(message);
    }

    [Fact]
    public void A_hole_in_the_visible_range_is_refused_and_one_outside_is_not()
    {
        double[] hole = [.. Steps(400, 500), .. Steps(530, 700)];
        double[] outside = [300, .. Steps(400, 700), 800];

        Refusal(hole, new double[hole.Length]).Should().Match("*nothing between 500 and 530 nm*every 20 nm*");
        SpectrumGrid.Resample(outside, new double[outside.Length]).Should().HaveCount(CieTables.Count);
    }

    [Fact]
    public void Wavelengths_that_do_not_increase_are_refused_with_their_place()
    {
        Refusal([400, 410, 410, 700], new double[4]).Should().Match("*from 410 to 410 nm at point 2*");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_value_that_is_no_number_is_refused_with_its_place(double value)
    {
        Refusal([400, 410, 700], [0, value, 0]).Should().Match("Point 1 of the spectrum is * at 410 nm*");
    }

    [Fact]
    public void Columns_of_different_length_are_refused()
    {
        Refusal([400, 550, 700], new double[2]).Should().Match("*3 wavelengths and 2 values*");
        Refusal([], []).Should().Match("*0 points*");
    }

    private static IEnumerable<double> Steps(int from, int to) => Enumerable.Range(0, ((to - from) / 10) + 1).Select(i => from + (i * 10.0));

    private static string Refusal(double[] wavelengths, double[] values)
    {
        var resample = () => SpectrumGrid.Resample(wavelengths, values);
        return resample.Should().Throw<AnalysisException>().Which.Message;
    }
}
