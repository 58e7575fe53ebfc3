namespace LabAutomation.Learning;

/// <summary>Random steps within what all constraints of a space leave of its real dimensions.</summary>
internal static class ConstraintWalk
{
    /// <summary>How often a step that leads out is drawn again, shorter.</summary>
    private const int Shortenings = 6;

    /// <summary>
    /// Hit and run with shrinking steps (R. Neal, "Slice sampling", Annals of Statistics 31, 2003, section 5), along equations and back
    /// onto them.
    /// </summary>
    /// <param name="u">Where all constraints hold; replaced by where they hold, too.</param>
    public static void Wander(ConstraintSystem system, double[] u, int steps, RandomStream stream)
    {
        if (u.Length == 0) return;
        for (var step = 0; step < steps; step++)
        {
            var equations = system.Rows(u).Where(row => row.IsEquation).Select(row => row.Slopes).ToArray();
            var direction = Direction(Polytope.Tangents(equations, u.Length), u.Length, stream);
            if (direction is null) return;
            var (back, ahead) = Chord(u, direction);
            for (var attempt = 0; attempt < Shortenings; attempt++)
            {
                var go = back + (ahead - back) * stream.NextUniform();
                double[] next = [.. u.Select((value, k) => Math.Clamp(value + go * direction[k], 0, 1))];
                if (equations.Length > 0 ? system.Meet(next) : system.Rows(next).TrueForAll(row => row.Value <= 0))
                {
                    next.CopyTo(u, 0);
                    break;
                }
                if (go < 0) back = go;
                else ahead = go;
            }
        }
    }

    private static double[]? Direction(List<double[]> tangents, int size, RandomStream stream)
    {
        if (tangents.Count == 0) return null;
        var direction = new double[size];
        foreach (var tangent in tangents) System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(tangent, stream.NextNormal(), direction, direction);
        return direction;
    }

    private static (double Back, double Ahead) Chord(double[] u, double[] direction)
    {
        var (back, ahead) = (double.NegativeInfinity, double.PositiveInfinity);
        for (var k = 0; k < u.Length; k++)
        {
            if (Math.Abs(direction[k]) < 1e-14) continue;
            var (one, other) = (-u[k] / direction[k], (1 - u[k]) / direction[k]);
            (back, ahead) = (Math.Max(back, Math.Min(one, other)), Math.Min(ahead, Math.Max(one, other)));
        }
        return double.IsFinite(ahead - back) ? (Math.Min(0, back), Math.Max(0, ahead)) : (0, 0);
    }
}
