using LabAutomation.Learning;
using MathNet.Numerics.LinearAlgebra;

namespace LabAutomation.Tests.Learning;

public sealed class CholeskyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(23)]
    [InlineData(64)]
    [InlineData(101)]
    public void Factor_determinant_inverse_and_solutions_agree_with_MathNet(int size)
    {
        var matrix = Positive(size);
        var reference = Matrix<double>.Build.DenseOfRowMajor(size, size, matrix);

        var cholesky = Cholesky.Of(matrix, size)!;

        cholesky.Jitter.Should().Be(0);
        var factor = reference.Cholesky().Factor;
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++) cholesky.Lower[i * size + j].Should().BeApproximately(factor[i, j], 1e-12 * size);
        cholesky.LogDeterminant().Should().BeApproximately(reference.Cholesky().DeterminantLn, 1e-10 * size);
        var inverse = Matrix<double>.Build.DenseOfRowMajor(size, size, cholesky.Inverse());
        (inverse - reference.Inverse()).InfinityNorm().Should().BeLessThan(1e-10);
        var b = Vector<double>.Build.Dense(size, i => Math.Sin(i + 1));
        var x = b.ToArray();
        cholesky.SolveLower(x);
        cholesky.SolveUpper(x);
        (reference * Vector<double>.Build.Dense(x) - b).InfinityNorm().Should().BeLessThan(1e-11 * size);
    }

    [Fact]
    public void A_singular_matrix_is_helped_by_the_smallest_jitter_that_does()
    {
        double[] singular = [1, 1, 1, 1, 1, 1, 1, 1, 1];

        Cholesky.Of(singular, 3)!.Jitter.Should().BeInRange(1e-10, 1e-8);
    }

    [Fact]
    public void A_matrix_that_is_not_positive_or_not_finite_is_refused()
    {
        Cholesky.Of([1, 2, 2, 1], 2).Should().BeNull();
        Cholesky.Of([1, double.NaN, double.NaN, 1], 2).Should().BeNull();
    }

    private static double[] Positive(int size)
    {
        var stream = new RandomStream(size);
        var root = Matrix<double>.Build.Dense(size, size, (_, _) => stream.NextNormal());
        return (root * root.Transpose() / size + Matrix<double>.Build.DenseIdentity(size)).ToRowMajorArray();
    }
}
