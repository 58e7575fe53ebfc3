using LabAutomation.Models;

namespace LabAutomation.Tests.Models;

public sealed class AxisCardTests
{
    private static readonly AxisCard Axis = new() { Column = "wavelength", Unit = "nm", From = 400, Step = 10, Gap = 20 };

    [Fact]
    public void A_series_is_interpolated_between_its_points()
    {
        var into = new float[3];

        Axis.Sample([395, 405, 425], [0, 10, 50], into).Should().BeNull();

        into.Should().Equal(5, 20, 40);
    }

    [Fact]
    public void Beyond_what_is_needed_the_last_value_is_held()
    {
        var into = new float[4];

        (Axis with { Needs = [405, 415] }).Sample([405, 415], [1, 2], into).Should().BeNull();

        into.Should().Equal(1, 1.5f, 2, 2);
    }

    [Theory]
    [InlineData(new double[] { 400, 420, 410 }, "'wavelength' goes from 420 to 410 nm at row 2; it must increase")]
    [InlineData(new double[] { 400, 400, 420 }, "'wavelength' goes from 400 to 400 nm at row 1; it must increase")]
    [InlineData(new double[] { 401, 410, 420 }, "'wavelength' covers 401 to 420 nm; the model needs 400 to 420 nm")]
    [InlineData(new double[] { 390, 411, 420 }, "there is nothing between 390 and 411 nm; the model needs a point every 20 nm")]
    [InlineData(new double[] { 400, double.NaN, 420 }, "row 1 is 2 at NaN nm; all must be finite numbers")]
    [InlineData(new double[] { 400 }, "a series along 'wavelength' needs two points or more, and a value at each; this one has 1 points and 3 values")]
    public void A_series_that_is_not_fit_is_refused(double[] at, string mistake) =>
        Axis.Sample(at, [1, 2, 3], new float[3]).Should().Be(mistake);
}
