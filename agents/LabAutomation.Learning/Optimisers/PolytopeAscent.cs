namespace LabAutomation.Learning;

/// <summary>
/// Gradient ascent that follows linear constraints: quasi-Newton steps along what the constraints at their limit leave free, until the score
/// rises no more within them or another one is met. Null-space active-set method: J. Nocedal and S. Wright, "Numerical Optimization", 2006,
/// chapter 15.
/// </summary>
internal sealed class PolytopeAscent(Polytope polytope, BoundedLbfgs.Function descent)
{
    private const int Rounds = 16;

    /// <param name="u">Feasible; replaced by the best place found.</param>
    /// <returns>The least value of <c>descent</c>.</returns>
    public double Climb(double[] u)
    {
        var slope = new double[u.Length];
        var value = descent(u, slope);
        for (var round = 0; round < Rounds && double.IsFinite(value); round++)
        {
            double[] along = [.. slope.Select(one => -one)];
            var tangents = Polytope.Tangents(polytope.Active(u, along), u.Length);
            if (tangents.Count == 0) break;
            double[] home = [.. u], at = new double[u.Length], gradient = new double[u.Length];
            double[] low = [.. Enumerable.Repeat(-2.0, tangents.Count)], high = [.. Enumerable.Repeat(2.0, tangents.Count)], z = new double[tangents.Count];
            var reached = new BoundedLbfgs(low, high) { Iterations = 30, GradientTolerance = 1e-7, ValueTolerance = 1e-12 }.Minimise(Within, z);
            var gain = value - reached;
            Move(z);
            at.CopyTo(u, 0);
            polytope.Repair(u);
            value = descent(u, slope);
            var blocked = ToTheWall(u, tangents, slope, ref value);
            if (!blocked && gain <= 1e-10 * Math.Max(1, Math.Abs(value))) break;

            double Within(ReadOnlySpan<double> step, Span<double> by)
            {
                Move(step);
                var direction = new double[u.Length];
                for (var k = 0; k < direction.Length; k++) direction[k] = at[k] - home[k];
                if (polytope.Chord(home, direction).Ahead < 1 - 1e-12) return double.PositiveInfinity;
                var found = descent(at, gradient);
                for (var t = 0; t < tangents.Count; t++) by[t] = Vectors.Dot(tangents[t], gradient);
                return found;
            }

            void Move(ReadOnlySpan<double> step)
            {
                home.CopyTo(at, 0);
                for (var t = 0; t < tangents.Count; t++) System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(tangents[t], step[t], at, at);
                for (var k = 0; k < at.Length; k++) at[k] = Math.Clamp(at[k], 0, 1);
            }
        }
        return value;
    }

    /// <summary>Backtracking stops short of a wall; if the score still rises at the wall itself, that is where to go on.</summary>
    private bool ToTheWall(double[] u, List<double[]> tangents, double[] slope, ref double value)
    {
        var direction = new double[u.Length];
        foreach (var tangent in tangents) System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(tangent, -Vectors.Dot(tangent, slope), direction, direction);
        if (Vectors.Dot(direction, direction) < 1e-20) return false;
        var ahead = polytope.Chord(u, direction).Ahead;
        if (!double.IsFinite(ahead)) return false;
        var (wall, there) = ((double[])u.Clone(), new double[u.Length]);
        for (var k = 0; k < u.Length; k++) wall[k] = Math.Clamp(wall[k] + ahead * direction[k], 0, 1);
        if (!polytope.Repair(wall)) return false;
        var reached = descent(wall, there);
        if (!(reached < value)) return false;
        wall.CopyTo(u, 0);
        there.CopyTo(slope, 0);
        value = reached;
        return true;
    }
}
