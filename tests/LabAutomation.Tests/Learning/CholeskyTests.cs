using System.Numerics;
using System.Runtime.Intrinsics;
using LabAutomation.Learning;

namespace LabAutomation.Tests.Learning;

/// <summary>Blocks, panels and tiles against the loops of a textbook, at sizes on both sides of every seam.</summary>
public sealed class CholeskyTests
{
    public static TheoryData<int> Sizes => [.. Enumerable.Range(0, 71), 95, 96, 97, 127, 128, 129, 130, 191, 193, 257, 300];

    [Theory, MemberData(nameof(Sizes))]
    public void Factor_determinant_inverse_and_solutions_are_those_of_plain_loops(int size)
    {
        var matrix = Positive(size);
        var plain = Plain(matrix, size);

        var cholesky = Cholesky.Of(matrix, size)!;

        cholesky.Jitter.Should().Be(0);
        LargestDifference(cholesky.Lower, plain, size).Should().BeLessThan(1e-13);
        cholesky.LogDeterminant().Should().BeApproximately(Enumerable.Range(0, size).Sum(i => 2 * Math.Log(plain[i * size + i])), 1e-11);
        var inverse = cholesky.Inverse();
        DistanceFromUnit(matrix, inverse, size).Should().BeLessThan(1e-11);
        var diagonal = cholesky.InverseDiagonal();
        for (var i = 0; i < size; i++) diagonal[i].Should().BeApproximately(inverse[i * size + i], 1e-12 * inverse[i * size + i]);
        var b = Enumerable.Range(0, size).Select(i => Math.Sin(i + 1)).ToArray();
        var x = (double[])b.Clone();
        cholesky.SolveLower(x);
        cholesky.SolveUpper(x);
        for (var i = 0; i < size; i++) Enumerable.Range(0, size).Sum(j => matrix[i * size + j] * x[j]).Should().BeApproximately(b[i], 1e-12);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void The_widest_registers_give_the_same_and_so_do_the_narrow_ones(int size)
    {
        Check<Vector512<double>, WideLanes>(size);
        Check<Vector<double>, NarrowLanes>(size);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(7, 6)]
    [InlineData(30, 13)]
    [InlineData(61, 60)]
    [InlineData(130, 3)]
    [InlineData(130, 64)]
    [InlineData(130, 129)]
    public void A_matrix_that_is_not_positive_is_refused_wherever_it_shows(int size, int row)
    {
        var matrix = Positive(size);
        matrix[row * size + row] = -1;

        Cholesky.Of(matrix, size).Should().BeNull();

        matrix[row * size + row] = double.NaN;
        Cholesky.Of(matrix, size).Should().BeNull();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    [InlineData(131)]
    public void A_singular_matrix_is_helped_by_the_smallest_jitter_that_does(int size)
        => Cholesky.Of([.. Enumerable.Repeat(1.0, size * size)], size)!.Jitter.Should().BeInRange(1e-10, 1e-8);

    [Fact]
    public void What_lies_above_the_diagonal_is_not_read()
    {
        var matrix = Positive(70);
        var spoiled = (double[])matrix.Clone();
        for (var i = 0; i < 70; i++) spoiled.AsSpan(i * 70 + i + 1, 69 - i).Fill(double.NaN);

        Cholesky.Of(spoiled, 70)!.Inverse().Should().Equal(Cholesky.Of(matrix, 70)!.Inverse());
    }

    private static void Check<TVector, TLanes>(int size)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        var matrix = Positive(size);
        var (l, inverse) = ((double[])matrix.Clone(), new double[size * size]);
        var panels = new double[BlockedFactor<TVector, TLanes>.PanelsLength(size)];

        BlockedFactor<TVector, TLanes>.TryFactor(l, [.. Enumerable.Range(0, size).Select(i => matrix[i * size + i])], size, 0, panels).Should().BeTrue();
        BlockedFactor<TVector, TLanes>.Invert(l, size, inverse, panels);

        LargestDifference(l, Plain(matrix, size), size).Should().BeLessThan(1e-13);
        for (var i = 0; i < size; i++)
            for (var j = 0; j < i; j++) inverse[j * size + i] = inverse[i * size + j];
        DistanceFromUnit(matrix, inverse, size).Should().BeLessThan(1e-11);
    }

    private static double[] Plain(double[] matrix, int size)
    {
        var l = (double[])matrix.Clone();
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = l[i * size + j];
                for (var k = 0; k < j; k++) sum -= l[i * size + k] * l[j * size + k];
                l[i * size + j] = i == j ? Math.Sqrt(sum) : sum / l[j * size + j];
            }
        return l;
    }

    private static double LargestDifference(ReadOnlySpan<double> l, double[] plain, int size)
    {
        var most = 0.0;
        for (var i = 0; i < size; i++)
            for (var j = 0; j <= i; j++) most = Math.Max(most, Math.Abs(l[i * size + j] - plain[i * size + j]));
        return most;
    }

    private static double DistanceFromUnit(double[] matrix, double[] inverse, int size)
    {
        var most = 0.0;
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < size; k++) sum += matrix[i * size + k] * inverse[k * size + j];
                most = Math.Max(most, Math.Abs(sum - (i == j ? 1 : 0)));
            }
        return most;
    }

    private static double[] Positive(int size)
    {
        var stream = new RandomStream(size);
        var places = Enumerable.Range(0, 3 * size).Select(_ => stream.NextUniform()).ToArray();
        var matrix = new double[size * size];
        for (var i = 0; i < size; i++)
            for (var j = 0; j < size; j++)
                matrix[i * size + j] = (i == j ? 0.01 : 0) + Math.Exp(-3 * Enumerable.Range(0, 3).Sum(c => Math.Abs(places[3 * i + c] - places[3 * j + c])));
        return matrix;
    }
}
