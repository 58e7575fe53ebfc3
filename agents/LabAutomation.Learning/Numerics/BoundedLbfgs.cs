using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// Minimises a smooth function in a box: limited-memory BFGS on the variables that are free to move, with backtracking along the
/// projected path. After D. P. Bertsekas, "Projected Newton methods", SIAM J. Control Optim. 20 (1982), with the two-loop
/// recursion of Nocedal and Wright, "Numerical Optimization", algorithm 7.4.
/// </summary>
internal sealed class BoundedLbfgs(double[] low, double[] high)
{
    private const int Memory = 8;
    private const double SufficientDecrease = 1e-4;
    private const int Backtracks = 20;

    /// <summary>Value at a place; writes the gradient. A value that is not finite marks a place that must not be entered.</summary>
    public delegate double Function(ReadOnlySpan<double> x, Span<double> gradient);

    public int Iterations { get; init; } = 60;

    /// <summary>Stops when no free component of the gradient is larger.</summary>
    public double GradientTolerance { get; init; } = 1e-5;

    /// <summary>Stops when an iteration gains less than this, relative to the value.</summary>
    public double ValueTolerance { get; init; } = 1e-9;

    /// <param name="x">Where to start; replaced by the best place found.</param>
    /// <returns>The value there.</returns>
    public double Minimise(Function function, Span<double> x)
    {
        var n = x.Length;
        var (gradient, direction, next, nextGradient) = (new double[n], new double[n], new double[n], new double[n]);
        var pairs = new LinkedList<(double[] S, double[] Y, double Rho)>();
        for (var i = 0; i < n; i++) x[i] = Math.Clamp(x[i], low[i], high[i]);
        var value = function(x, gradient);
        if (!double.IsFinite(value)) return double.PositiveInfinity;
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            if (LargestFree(x, gradient) <= GradientTolerance) break;
            if (!Descend(pairs, x, gradient, direction)) pairs.Clear();
            var nextValue = Search(function, x, value, gradient, direction, next, nextGradient, pairs.Count == 0);
            if (nextValue is not { } reached)
            {
                if (pairs.Count == 0) break;
                pairs.Clear();
                continue;
            }
            Remember(pairs, x, next, gradient, nextGradient);
            var gain = value - reached;
            next.CopyTo(x);
            nextGradient.CopyTo(gradient, 0);
            value = reached;
            if (gain <= ValueTolerance * (Math.Abs(value) + ValueTolerance)) break;
        }
        return value;
    }

    private bool IsHeld(ReadOnlySpan<double> x, ReadOnlySpan<double> gradient, int i)
        => (x[i] <= low[i] && gradient[i] > 0) || (x[i] >= high[i] && gradient[i] < 0);

    private double LargestFree(ReadOnlySpan<double> x, ReadOnlySpan<double> gradient)
    {
        var largest = 0.0;
        for (var i = 0; i < x.Length; i++)
            if (!IsHeld(x, gradient, i)) largest = Math.Max(largest, Math.Abs(gradient[i]));
        return largest;
    }

    /// <summary>Writes the quasi-Newton direction among the free variables; steepest descent and false where that does not lead down.</summary>
    private bool Descend(LinkedList<(double[] S, double[] Y, double Rho)> pairs, ReadOnlySpan<double> x, double[] gradient, double[] direction)
    {
        for (var i = 0; i < direction.Length; i++) direction[i] = IsHeld(x, gradient, i) ? 0 : -gradient[i];
        if (pairs.Count == 0) return true;
        var steepest = (double[])direction.Clone();
        var weights = new Stack<double>();
        for (var pair = pairs.Last; pair is not null; pair = pair.Previous)
        {
            var weight = pair.Value.Rho * Vectors.Dot(pair.Value.S, direction);
            weights.Push(weight);
            TensorPrimitives.MultiplyAdd(pair.Value.Y, -weight, direction, direction);
        }
        var (s, y, _) = pairs.Last!.Value;
        TensorPrimitives.Multiply(direction, Vectors.Dot(s, y) / Vectors.Dot(y, y), direction);
        foreach (var pair in pairs)
            TensorPrimitives.MultiplyAdd(pair.S, weights.Pop() - pair.Rho * Vectors.Dot(pair.Y, direction), direction, direction);
        for (var i = 0; i < direction.Length; i++)
            if (IsHeld(x, gradient, i)) direction[i] = 0;
        if (Vectors.Dot(direction, steepest) > 1e-10 * Math.Sqrt(Vectors.Dot(direction, direction) * Vectors.Dot(steepest, steepest))) return true;
        steepest.CopyTo(direction, 0);
        return false;
    }

    private double? Search(
        Function function, ReadOnlySpan<double> x, double value, double[] gradient, double[] direction, double[] next,
        double[] nextGradient, bool isFirst)
    {
        // Without curvature the length of the gradient says nothing about the length of the step.
        var step = isFirst ? Math.Min(1, 0.25 / Math.Max(1e-12, TensorPrimitives.MaxMagnitude(direction) is var m ? Math.Abs(m) : 0)) : 1.0;
        for (var attempt = 0; attempt < Backtracks; attempt++, step *= 0.4)
        {
            var slope = 0.0;
            for (var i = 0; i < next.Length; i++)
            {
                next[i] = Math.Clamp(x[i] + step * direction[i], low[i], high[i]);
                slope += gradient[i] * (next[i] - x[i]);
            }
            if (slope >= 0) return null;
            var reached = function(next, nextGradient);
            if (double.IsFinite(reached) && reached <= value + SufficientDecrease * slope) return reached;
        }
        return null;
    }

    private static void Remember(
        LinkedList<(double[] S, double[] Y, double Rho)> pairs, ReadOnlySpan<double> x, double[] next, double[] gradient, double[] nextGradient)
    {
        var (s, y) = (new double[next.Length], new double[next.Length]);
        TensorPrimitives.Subtract(next, x, s);
        TensorPrimitives.Subtract(nextGradient, gradient, y);
        var curvature = Vectors.Dot(s, y);
        if (curvature <= 1e-10 * Vectors.Dot(y, y)) return;
        pairs.AddLast((s, y, 1 / curvature));
        if (pairs.Count > Memory) pairs.RemoveFirst();
    }
}
