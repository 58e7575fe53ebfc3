using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class FailureRiskTests
{
    private static readonly SearchSpace Space = new([new RealDimension("a", 0, 1), new RealDimension("b", 0, 1), new CategoricalDimension("base", ["x", "y", "z"])]);
    private static readonly UnitCube Cube = new(Space);
    private static readonly double Prior = Math.Log(9);

    [Fact]
    public void Without_a_failure_there_is_nothing_to_learn() => FailureRisk.Of(Cube, [At(0.5, 0.5, 0, true)]).Should().BeNull();

    [Fact]
    public void One_failure_warns_about_its_place_and_forbids_nothing()
    {
        var risk = FailureRisk.Of(Cube, [At(0.2, 0.2, 0, true), At(0.5, 0.5, 0, true), At(0.8, 0.8, 0, false)])!;

        Success(risk, 0.8, 0.8, 0).Should().BeInRange(0.3, 0.8);
        Success(risk, 0.2, 0.2, 0).Should().BeGreaterThan(0.75);
    }

    [Fact]
    public void A_category_that_always_fails_is_known_everywhere()
    {
        var risk = FailureRisk.Of(Cube, [.. Places(30).Select((at, k) => At(at[0], at[1], k % 3, k % 3 != 1))])!;

        foreach (var at in Places(20))
        {
            Success(risk, at[0], at[1], 1).Should().BeLessThan(0.3);
            Success(risk, at[0], at[1], 0).Should().BeGreaterThan(0.7);
        }
    }

    [Fact]
    public void A_failing_half_of_the_space_is_told_from_the_other()
    {
        var risk = FailureRisk.Of(Cube, [.. Places(30).Select((at, k) => At(at[0], at[1], k % 3, at[0] < 0.6))])!;

        Success(risk, 0.2, 0.5, 1).Should().BeGreaterThan(0.75);
        Success(risk, 0.9, 0.5, 1).Should().BeLessThan(0.25);
    }

    [Fact]
    public void The_mode_is_where_the_posterior_has_no_slope()
    {
        var places = new FailurePlaces(Cube, [.. Places(9).Select((at, k) => (new Point([at[0], at[1], k % 3]), k % 2 + 1.0, at[0] < 0.5 ? 0.0 : 2.0))], Prior);
        double[] logs = [Math.Log(0.4), Math.Log(0.7), Math.Log(1.1), Math.Log(3)];

        var mode = places.ModeWith(logs, null)!;

        // K⁻¹f is the slope of the likelihood at the mode: what happened less what was to be expected.
        for (var i = 0; i < mode.Count; i++)
        {
            var (good, bad) = (i % 2 + 1.0, Places(9)[i][0] < 0.5 ? 0.0 : 2.0);
            mode.Pull[i].Should().BeApproximately(good - (good + bad) / (1 + Math.Exp(-mode.Odds[i] - Prior)), 1e-6);
        }

        places.ModeWith(logs, [.. mode.Odds.Select(odds => odds + 1)])!.Evidence.Should().BeApproximately(mode.Evidence, 1e-6, "the start does not matter");
    }

    [Fact]
    public void The_evidence_of_one_place_is_that_of_its_integral()
    {
        var places = new FailurePlaces(Cube, [(new Point([0.3, 0.3, 0]), 3, 2)], Prior);

        var mode = places.ModeWith([0, 0, 0, Math.Log(1.5)], null)!;

        // Five trials at one place: the integral over its log odds, by the trapezoidal rule.
        var integral = Enumerable.Range(-4000, 8001).Sum(k =>
        {
            var odds = k * 0.005;
            var chance = 1 / (1 + Math.Exp(-odds - Prior));
            return 0.005 * Math.Exp(-odds * odds / 4.5) / Math.Sqrt(Math.PI * 4.5) * Math.Pow(chance, 3) * Math.Pow(1 - chance, 2);
        });
        mode.Evidence.Should().BeApproximately(Math.Log(integral), 0.1, "the posterior is nearly normal");
    }

    [Fact]
    public void Thousands_of_trials_are_judged_by_some_of_them()
    {
        var risk = FailureRisk.Of(Cube, [.. Places(3000).Select((at, k) => At(at[0], at[1], k % 3, at[0] < 0.6))])!;

        Success(risk, 0.3, 0.5, 1).Should().BeGreaterThan(0.75);
        Success(risk, 0.9, 0.5, 1).Should().BeLessThan(0.25);
    }

    [Fact]
    public void Its_slopes_are_those_of_finite_differences()
    {
        var risk = FailureRisk.Of(Cube, [.. Places(12).Select((at, k) => At(at[0], at[1], k % 3, at[0] + at[1] < 1.2))])!;

        AcquisitionSlopes.ShouldBeRight(new Success(risk, wanted: 0.75), [[0.3, 0.4, 0.7, 0, 0], [0.9, 0.1, 0, 0, 0.7], [0.61, 0.77, 0, 0.7, 0]]);
    }

    [Fact]
    public void Failures_that_have_nothing_to_do_with_the_place_leave_every_place_alike()
    {
        var stream = new RandomStream(5, 1);
        var risk = FailureRisk.Of(Cube, [.. Places(60).Select((at, k) => At(at[0], at[1], k % 3, stream.NextUniform() < 0.5))])!;

        double[] chances = [.. Places(80).Skip(60).Select(at => Success(risk, at[0], at[1], 1))];
        (chances.Max() - chances.Min()).Should().BeLessThan(0.25);
        chances.Average().Should().BeInRange(0.4, 0.7);
        risk.Support.Should().BeLessThan(0.5);
    }

    [Fact]
    public void A_region_that_fails_is_believed_in()
    {
        var risk = FailureRisk.Of(Cube, [.. Places(30).Select((at, k) => At(at[0], at[1], k % 3, at[0] < 0.6))])!;

        risk.Support.Should().BeGreaterThan(0.9);
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
