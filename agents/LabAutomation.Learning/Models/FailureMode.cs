using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// The likeliest log odds of success at the points tried, and their spread (C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for
/// Machine Learning", 2006, algorithms 3.1 and 3.2), with several trials at a point counted together.
/// </summary>
internal sealed class FailureMode
{
    private const int Steps = 40;

    private readonly double[] _rootWeights;
    private readonly Cholesky _factor;

    private FailureMode(double prior, double[] odds, double[] pull, double[] rootWeights, Cholesky factor, double evidence) =>
        (Prior, Odds, Pull, _rootWeights, _factor, Evidence) = (prior, odds, pull, rootWeights, factor, evidence);

    public int Count => Odds.Length;

    /// <summary>Log odds that are expected of a place of which nothing is known.</summary>
    public double Prior { get; }

    /// <summary>Log odds less <see cref="Prior"/>, at each point.</summary>
    public double[] Odds { get; }

    /// <summary>K⁻¹ times <see cref="Odds"/>.</summary>
    public double[] Pull { get; }

    /// <summary>Approximate logarithm of the probability of what happened.</summary>
    public double Evidence { get; }

    /// <param name="covariance">K, [count][count] row by row.</param>
    /// <param name="prior">Log odds before any trial.</param>
    /// <param name="start">Odds of a like matrix, to begin near their mode; null begins from the prior's.</param>
    /// <returns>Null where the matrix cannot be factored.</returns>
    public static FailureMode? Of(double[] covariance, IReadOnlyList<(double Good, double Bad)> trials, double prior, double[]? start)
    {
        var n = trials.Count;
        var (odds, pull, weights) = (new double[n], new double[n], new double[n]);
        if (start is not null) pull = Residuals(trials, prior, start);
        Multiply(covariance, pull, odds);
        var worth = LogLikelihood(trials, prior, odds) - TensorPrimitives.Dot<double>(odds, pull) / 2;
        var settled = false;
        for (var step = 0; ; step++)
        {
            for (var i = 0; i < n; i++)
            {
                var chance = Chance(prior + odds[i]);
                weights[i] = Math.Sqrt((trials[i].Good + trials[i].Bad) * chance * (1 - chance));
            }

            var factor = Cholesky.Of(n, new double[n * n], l => Fill(l, covariance, weights));
            if (factor is null) return null;
            if (settled || step == Steps)
            {
                var evidence = worth - factor.LogDeterminant() / 2;
                return double.IsFinite(evidence) ? new FailureMode(prior, odds, pull, weights, factor, evidence) : null;
            }

            var (nextPull, nextOdds, next) = (Newton(covariance, trials, prior, odds, weights, factor), new double[n], 0.0);
            for (var halving = 0; ; halving++)
            {
                Multiply(covariance, nextPull, nextOdds);
                next = LogLikelihood(trials, prior, nextOdds) - TensorPrimitives.Dot<double>(nextOdds, nextPull) / 2;
                if (next >= worth || halving == Steps) break;
                // Too far: the whole step may lead beyond the mode where the odds are steep.
                for (var i = 0; i < n; i++) nextPull[i] = (nextPull[i] + pull[i]) / 2;
            }

            settled = !(next > worth + 1e-10 * (1 + Math.Abs(worth)));
            if (next >= worth) (odds, pull, worth) = (nextOdds, nextPull, next);
        }
    }

    /// <summary>Mean and variance of the log odds at a point.</summary>
    /// <param name="alike">Covariances with the points.</param>
    /// <param name="variance">Of the point itself.</param>
    /// <param name="weights">Takes (K + W⁻¹)⁻¹·k.</param>
    public (double Mean, double Variance) Predict(ReadOnlySpan<double> alike, double variance, Span<double> weights)
    {
        TensorPrimitives.Multiply(alike, _rootWeights, weights);
        _factor.SolveLower(weights);
        var known = TensorPrimitives.Dot<double>(weights, weights);
        _factor.SolveUpper(weights);
        TensorPrimitives.Multiply(weights, _rootWeights, weights);
        return (Mean(alike), Math.Max(variance - known, 0));
    }

    /// <summary>The likeliest log odds at a point.</summary>
    public double Mean(ReadOnlySpan<double> alike) => Prior + TensorPrimitives.Dot(alike, Pull);

    /// <summary>a = b − W^½·B⁻¹·W^½·K·b, whose odds are K·a.</summary>
    private static double[] Newton(double[] covariance, IReadOnlyList<(double Good, double Bad)> trials, double prior, double[] odds, double[] weights, Cholesky factor)
    {
        var (b, a) = (Residuals(trials, prior, odds), new double[odds.Length]);
        for (var i = 0; i < b.Length; i++) b[i] += weights[i] * weights[i] * odds[i];
        Multiply(covariance, b, a);
        TensorPrimitives.Multiply(a, weights, a);
        factor.SolveLower(a);
        factor.SolveUpper(a);
        for (var i = 0; i < b.Length; i++) a[i] = b[i] - weights[i] * a[i];
        return a;
    }

    /// <summary>What happened at each point less what was to be expected: the slope of the likelihood.</summary>
    private static double[] Residuals(IReadOnlyList<(double Good, double Bad)> trials, double prior, double[] odds) =>
        [.. trials.Select((trial, i) => trial.Good - (trial.Good + trial.Bad) * Chance(prior + odds[i]))];

    private static double Chance(double odds) => 1 / (1 + Math.Exp(-odds));

    private static void Multiply(double[] matrix, double[] vector, double[] product)
    {
        for (var i = 0; i < vector.Length; i++) product[i] = TensorPrimitives.Dot(matrix.AsSpan(i * vector.Length, vector.Length), vector);
    }

    private static void Fill(double[] l, double[] covariance, double[] weights)
    {
        var n = weights.Length;
        for (var i = 0; i < n; i++)
        {
            TensorPrimitives.Multiply(covariance.AsSpan(i * n, i + 1), weights.AsSpan(0, i + 1), l.AsSpan(i * n, i + 1));
            TensorPrimitives.Multiply(l.AsSpan(i * n, i + 1), weights[i], l.AsSpan(i * n, i + 1));
            l[i * n + i] += 1;
        }
    }

    private static double LogLikelihood(IReadOnlyList<(double Good, double Bad)> trials, double prior, double[] odds)
    {
        var sum = 0.0;
        for (var i = 0; i < trials.Count; i++)
        {
            var total = prior + odds[i];
            sum -= trials[i].Good * Soft(-total) + trials[i].Bad * Soft(total);
        }
        return sum;
    }

    /// <summary>ln(1 + eᶻ).</summary>
    private static double Soft(double z) => z > 0 ? z + Math.Log(1 + Math.Exp(-z)) : Math.Log(1 + Math.Exp(z));
}
