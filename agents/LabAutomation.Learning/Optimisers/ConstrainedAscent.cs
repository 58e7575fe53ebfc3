using System.Numerics.Tensors;

namespace LabAutomation.Learning;

/// <summary>
/// Gradient ascent that follows constraints which are not linear: steps along what the constraints at their limit leave free, of the length
/// that the last change of slope suggests (J. Barzilai and J. Borwein, "Two-point step size gradient methods", IMA J. Numer. Anal. 8, 1988),
/// each brought back to where all of them hold (J. Rosen, "The gradient projection method for nonlinear programming", 1961).
/// </summary>
internal sealed class ConstrainedAscent(ConstraintSystem system, BoundedLbfgs.Function descent)
{
    private const int Iterations = 60, Shortenings = 12;
    private const double SufficientDecrease = 1e-4;

    /// <summary>How near to its limit a constraint is in the way.</summary>
    private const double Near = 1e-9;

    /// <param name="u">Where all constraints hold; replaced by the best place found, where they hold too.</param>
    /// <returns>The least value of <c>descent</c>.</returns>
    public double Climb(double[] u)
    {
        var (slope, nextSlope) = (new double[u.Length], new double[u.Length]);
        var value = descent(u, slope);
        if (!double.IsFinite(value)) return value;
        var direction = Along(u, slope);
        var length = 0.05 / Math.Max(1e-12, Largest(direction));
        for (var iteration = 0; iteration < Iterations && Largest(direction) > 1e-8; iteration++)
        {
            if (Step(u, value, direction, ref length, nextSlope) is not { } step) break;
            var nextDirection = Along(step.Place, nextSlope);
            var (moved, turned) = (0.0, 0.0);
            for (var k = 0; k < u.Length; k++)
            {
                moved += (step.Place[k] - u[k]) * (step.Place[k] - u[k]);
                turned += (step.Place[k] - u[k]) * (direction[k] - nextDirection[k]);
            }
            var gain = value - step.Value;
            step.Place.CopyTo(u, 0);
            (value, direction) = (step.Value, nextDirection);
            length = turned > 1e-12 * moved ? Math.Min(moved / turned, 1 / Math.Max(1e-12, Largest(direction))) : 2 * length;
            if (gain <= 1e-12 * Math.Max(1, Math.Abs(value)) && Math.Sqrt(moved) < 1e-7) break;
        }
        return value;
    }

    private (double[] Place, double Value)? Step(double[] u, double value, double[] direction, ref double length, double[] slope)
    {
        for (var attempt = 0; attempt < Shortenings; attempt++, length *= 0.3)
        {
            var next = new double[u.Length];
            for (var k = 0; k < next.Length; k++) next[k] = Math.Clamp(u[k] + length * direction[k], 0, 1);
            if (!system.Meet(next)) continue;
            var moved = 0.0;
            for (var k = 0; k < next.Length; k++) moved += (next[k] - u[k]) * (next[k] - u[k]);
            var reached = descent(next, slope);
            if (double.IsFinite(reached) && reached < value && reached <= value - SufficientDecrease * moved / length) return (next, reached);
        }
        return null;
    }

    /// <summary>Where the value falls fastest among the ways that no constraint and no bound at its limit forbids.</summary>
    private double[] Along(double[] u, double[] slope)
    {
        double[] down = [.. slope.Select(one => -one)];
        List<double[]> normals = [.. system.Rows(u).Where(row => row.IsEquation || (row.Value >= -Near && Vectors.Dot(row.Slopes, down) > 0)).Select(row => row.Slopes)];
        for (var round = 0; round < 2; round++)
        {
            var direction = new double[u.Length];
            foreach (var tangent in Polytope.Tangents(normals, u.Length)) TensorPrimitives.MultiplyAdd(tangent, Vectors.Dot(tangent, down), direction, direction);
            var walls = Enumerable.Range(0, u.Length).Where(k => (u[k] <= 0 && direction[k] < 0) || (u[k] >= 1 && direction[k] > 0)).ToArray();
            if (walls.Length == 0) return direction;
            foreach (var wall in walls) normals.Add([.. Enumerable.Range(0, u.Length).Select(k => k == wall ? 1.0 : 0)]);
            down = direction;
        }
        return down;
    }

    private static double Largest(double[] values) => values.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude(values));
}
