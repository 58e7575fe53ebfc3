using System.Numerics;
using System.Runtime.Intrinsics;
using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

public sealed class CorrelationsTests
{
    public static TheoryData<Kernel> Kinds => [Kernel.Matern52, Kernel.SquaredExponential];

    [Fact]
    public void The_exponential_is_exact_to_the_last_digits_from_nought_to_where_nothing_is_left()
    {
        double[] places = [0, double.Epsilon, 1e-17, 0.3465, 0.34657359, 0.3466, .. Enumerable.Range(1, 7000).Select(i => 0.1 * i)];
        foreach (var x in places)
        {
            var expected = Math.Exp(-x);
            Narrow(x).Should().BeApproximately(expected, 4e-16 * expected, "of {0}", x);
            Wide(x).Should().Be(Narrow(x));
        }
        Narrow(1e6).Should().BeInRange(0, 1e-300);
        Narrow(double.PositiveInfinity).Should().BeInRange(0, 1e-300);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Correlations_and_slopes_are_those_of_their_formulae_at_any_place_of_any_list(Kernel kernel)
    {
        var squares = Enumerable.Range(0, 23).Select(i => i * i * 0.03).ToArray();
        for (var count = 0; count <= squares.Length; count++)
        {
            var (correlations, slopes) = (new double[count], new double[count]);

            Kernels.Evaluate(kernel, squares.AsSpan(0, count), correlations, slopes);

            for (var i = 0; i < count; i++)
            {
                var s = Math.Sqrt(5 * squares[i]);
                var (k, c) = kernel == Kernel.Matern52
                    ? ((1 + s + s * s / 3) * Math.Exp(-s), 5.0 / 3 * (1 + s) * Math.Exp(-s))
                    : (Math.Exp(-squares[i] / 2), Math.Exp(-squares[i] / 2));
                correlations[i].Should().BeApproximately(k, 2e-15 * k);
                slopes[i].Should().BeApproximately(c, 2e-15 * c);
            }
            var alone = new double[1];
            if (count > 0) Kernels.Evaluate(kernel, squares.AsSpan(count - 1, 1), alone, []);
            if (count > 0) alone[0].Should().Be(correlations[^1]);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void What_is_no_number_stays_none(Kernel kernel)
    {
        var correlations = new double[3];

        Kernels.Evaluate(kernel, [1, double.NaN, 2], correlations, []);

        correlations.Select(double.IsNaN).Should().Equal(false, true, false);
    }

    private static double Narrow(double x) => Correlations<Vector<double>, NarrowLanes>.ExpOfMinus(new Vector<double>(x))[0];

    private static double Wide(double x) => Correlations<Vector512<double>, WideLanes>.ExpOfMinus(Vector512.Create(x))[7];
}
