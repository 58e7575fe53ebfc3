using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class FailureRiskTests
{
    private static readonly SearchSpace Space = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new CategoricalDimension("base", ["x", "y", "z"])]);
    private static readonly UnitCube Cube = new(Space);

    [Fact]
    public void Without_a_failure_there_is_nothing_to_learn() => FailureRisk.Of(Cube, [At(0.5, 0.5, 0, true)]).Should().BeNull();

    [Fact]
    public void One_failure_warns_about_its_place_and_forbids_nothing()
    {
        var risk = FailureRisk.Of(Cube, [At(0.2, 0.2, 0, true), At(0.5, 0.5, 0, true), At(0.8, 0.8, 0, false)])!;

        Success(risk, 0.8, 0.8, 0).Should().BeInRange(0.4, 0.8);
        Success(risk, 0.2, 0.2, 0).Should().BeGreaterThan(0.85);
    }

    [Fact]
    public void A_category_that_always_fails_is_known_everywhere()
    {
        var risk = FailureRisk.Of(Cube, [.. Places(30).Select((at, k) => At(at[0], at[1], k % 3, k % 3 != 1))])!;

        foreach (var at in Places(20))
        {
            Success(risk, at[0], at[1], 1).Should().BeLessThan(0.4);
            Success(risk, at[0], at[1], 0).Should().BeGreaterThan(0.75);
        }
    }

    [Fact]
    public void A_failing_half_of_the_space_is_told_from_the_other()
    {
        var risk = FailureRisk.Of(Cube, [.. Places(30).Select((at, k) => At(at[0], at[1], k % 3, at[0] < 0.6))])!;

        Success(risk, 0.2, 0.5, 1).Should().BeGreaterThan(0.8);
        Success(risk, 0.9, 0.5, 1).Should().BeLessThan(0.35);
    }

    [Fact]
    public void Its_slopes_are_those_of_finite_differences()
    {
        var risk = FailureRisk.Of(Cube, [.. Places(12).Select((at, k) => At(at[0], at[1], k % 3, at[0] + at[1] < 1.2))])!;

        AcquisitionSlopes.ShouldBeRight(new Success(risk), [[0.3, 0.4, 0.7, 0, 0], [0.9, 0.1, 0, 0, 0.7], [0.61, 0.77, 0, 0.7, 0]]);
    }

    private static double[][] Places(int count) => [.. Enumerable.Range(0, count).Select(k =>
    {
        var place = new double[2];
        new QuasiRandomPlaces(2, 3).Read((uint)k, place);
        return place;
    })];

    private static Observation At(double a, double b, int choice, bool succeeded) => new(new Point([a, b, choice]), succeeded ? a : null);

    private static double Success(FailureRisk risk, double a, double b, int choice)
    {
        var row = new double[Cube.Width];
        Cube.Encode(new Point([a, b, choice]), row);
        return risk.Success(row);
    }
}
