using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using LabAutomation.Learning;
using MathNet.Numerics.LinearAlgebra;

namespace LabAutomation.Benchmarks.Kernels;

/// <summary>
/// What a suggestion is made of, in six dimensions, each beside the plain way: the factor of MathNet on one thread, the likelihood by that
/// factor and inverse, predictions row by row.
/// </summary>
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory, BenchmarkLogicalGroupRule.ByParams), CategoriesColumn]
public class LearningKernels
{
    /// <summary>Beyond it the plain way takes minutes.</summary>
    internal const int LargestPlain = 500;

    private const int Rows = 1024;

    private static readonly double[] Theta = [-1, -0.5, 0, 0.3, 0.1, -0.2, 0.5, -4];

    private double[] _matrix = [], _factor = [], _inverse = [], _panels = [], _rows = [], _scores = [], _variances = [];
    private Matrix<double> _plain = Matrix<double>.Build.Dense(1, 1);
    private Likelihood? _likelihood;
    private Posterior? _posterior;
    private MarginalAcquisition? _improvement;

    internal static int[] Sizes => [50, 100, 200, 500, 1000, 2000];

    [ParamsSource(nameof(AllSizes))]
    public int Trials { get; set; }

    public static IEnumerable<int> AllSizes => Sizes;

    [GlobalSetup]
    public void Setup()
    {
        var cube = new UnitCube([.. Enumerable.Range(0, 6).Select(d => new RealDimension($"x{d}", 0, 1))]);
        var history = SuggestSpeed.History(new SearchSpace(cube.Dimensions), Trials);
        var designs = Designs.Of(cube, history);
        var outputs = Standardisation.Of(OutputWarp.Identity, [.. history.Select(one => one.Value!.Value)]).Outputs([.. history.Select(one => one.Value!.Value)]);
        var hyper = Hyperparameters.FromLogarithms(Kernel.Matern52, Theta);
        _likelihood = new Likelihood(Kernel.Matern52, designs, designs.PairDistances(cube), new HyperPrior(6), outputs);
        _posterior = Posterior.Of(cube, hyper, designs.Columns, outputs, [.. Enumerable.Repeat(hyper.Noise, Trials)]);
        _improvement = new MarginalAcquisition([(_posterior, new ImprovementBelow(outputs.Min()), 0)]);
        (_matrix, _factor, _inverse, _panels) = (new double[Trials * Trials], new double[Trials * Trials], new double[Trials * Trials], new double[Cholesky.PanelsLength(Trials)]);
        for (var i = 0; i < Trials; i++)
            for (var j = 0; j < Trials; j++)
            {
                var distance = System.Numerics.Tensors.TensorPrimitives.Distance(designs.Row(i), designs.Row(j));
                _matrix[i * Trials + j] = Math.Exp(-2 * distance) + (i == j ? 0.02 : 0);
            }
        _plain = Matrix<double>.Build.DenseOfRowMajor(Trials, Trials, _matrix);
        _rows = [.. SpaceFilling.Candidates(new SearchSpace(cube.Dimensions), cube, Rows, seed: 2).SelectMany(point => point.Coordinates)];
        (_scores, _variances) = (new double[Rows], new double[Rows]);
    }

    [Benchmark(Baseline = true), BenchmarkCategory("Cholesky")]
    public object MathNetFactor() => _plain.Cholesky();

    [Benchmark, BenchmarkCategory("Cholesky")]
    public object? Factor() => Cholesky.Of(Trials, _factor, l => _matrix.CopyTo(l, 0), _panels);

    [Benchmark(Baseline = true), BenchmarkCategory("Likelihood + gradient")]
    public object MathNetFactorAndInverse() => _plain.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(Trials));

    [Benchmark, BenchmarkCategory("Likelihood + gradient")]
    public double LikelihoodWithGradient() => _likelihood!.Evaluate(Theta, new double[Theta.Length]);

    [Benchmark(Baseline = true), BenchmarkCategory("Posterior")]
    public double RowsOneByOne()
    {
        var (mean, variance) = (new double[6], new double[6]);
        var sum = 0.0;
        for (var i = 0; i < Rows; i++) sum += _posterior!.PredictWithSlopes(_rows.AsSpan(i * 6, 6), mean, variance).Mean;
        return sum;
    }

    [Benchmark, BenchmarkCategory("Posterior")]
    public void RowsTogether() => _posterior!.Predict(_rows, _scores, _variances);

    [Benchmark, BenchmarkCategory("Acquisition")]
    public double LogImprovementWithSlopes() => _improvement!.ScoreWithSlopes(_rows.AsSpan(0, 6), _scores.AsSpan(0, 6));

    [Benchmark, BenchmarkCategory("Pool scoring")]
    public void RowsByLogImprovement() => _improvement!.Score(_rows, _scores);
}
