using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class BoundedLbfgsTests
{
    [Fact]
    public void The_valley_of_Rosenbrock_is_followed_to_its_end()
    {
        double[] x = [-1.2, 1];

        var value = new BoundedLbfgs([-2, -2], [2, 2]) { Iterations = 200, ValueTolerance = 0 }.Minimise(Rosenbrock, x);

        value.Should().BeLessThan(1e-9);
        x.Should().Equal([1, 1], (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void A_minimum_on_a_bound_is_found_there()
    {
        double[] x = [-1.2, 1];

        new BoundedLbfgs([-2, -2], [0.5, 2]) { Iterations = 200, ValueTolerance = 0 }.Minimise(Rosenbrock, x);

        x[0].Should().Be(0.5);
        x[1].Should().BeApproximately(0.25, 1e-6);
    }

    [Fact]
    public void Places_where_the_function_is_infinite_are_not_entered()
    {
        double[] x = [0.9];

        new BoundedLbfgs([0], [1]).Minimise((at, gradient) =>
        {
            gradient[0] = 1;
            return at[0] < 0.3 ? double.PositiveInfinity : at[0];
        }, x);

        x[0].Should().BeInRange(0.3, 0.35);
    }

    [Fact]
    public void A_start_outside_the_box_is_moved_into_it()
    {
        double[] x = [9];

        new BoundedLbfgs([0], [1]).Minimise((at, gradient) =>
        {
            gradient[0] = -1;
            return -at[0];
        }, x).Should().Be(-1);
    }

    private static double Rosenbrock(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var (a, b) = (1 - x[0], x[1] - x[0] * x[0]);
        gradient[0] = -2 * a - 400 * x[0] * b;
        gradient[1] = 200 * b;
        return a * a + 100 * b * b;
    }
}
