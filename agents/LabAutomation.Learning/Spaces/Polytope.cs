namespace LabAutomation.Learning;

/// <summary>
/// What linear constraints leave of the real dimensions of a space once all other coordinates are chosen, in coordinates that go from 0 to 1
/// (of the value itself, on logarithmic dimensions too).
/// </summary>
internal sealed class Polytope
{
    private const double Tolerance = 1e-12;
    private const int Sweeps = 400;

    private readonly double[] _low, _high;

    /// <summary>Rows a·u ≤ b, equations first as two.</summary>
    private readonly List<(double[] Weights, double Most)> _inequalities = [];

    private readonly List<(double[] Weights, double Value)> _equations = [];
    private readonly RealDimension[] _axes;
    private readonly int[] _dimensions;

    private Polytope(SearchSpace space, Point at, int[] dimensions)
    {
        _dimensions = dimensions;
        _axes = [.. dimensions.Select(d => (RealDimension)space.Dimensions[d])];
        (_low, _high) = (new double[dimensions.Length], [.. Enumerable.Repeat(1.0, dimensions.Length)]);
        foreach (var constraint in space.Rules.LinearAt(at))
        {
            var rest = Enumerable.Range(0, at.Coordinates.Length).Where(d => constraint.Coefficients[d] != 0 && Array.IndexOf(dimensions, d) < 0).Sum(d => constraint.Coefficients[d] * at[d]);
            double[] weights = [.. dimensions.Select((d, k) => constraint.Coefficients[d] * (_axes[k].High - _axes[k].Low))];
            rest += dimensions.Select((d, k) => constraint.Coefficients[d] * _axes[k].Low).Sum();
            var scale = weights.Length == 0 ? 0 : weights.Max(Math.Abs);
            if (scale == 0) continue;
            double[] unit = [.. weights.Select(weight => weight / scale)];
            if (constraint.IsEquation) _equations.Add((unit, (constraint.Low - rest) / scale));
            else
            {
                if (double.IsFinite(constraint.High)) _inequalities.Add((unit, (constraint.High - rest) / scale));
                if (double.IsFinite(constraint.Low)) _inequalities.Add(([.. unit.Select(weight => -weight)], (rest - constraint.Low) / scale));
            }
        }
    }

    public int Size => _axes.Length;

    /// <summary>Null where no linear constraint touches a real dimension that may move at this point.</summary>
    public static Polytope? About(SearchSpace space, Point at)
    {
        int[] free = [.. Enumerable.Range(0, space.Dimensions.Length).Where(d => space.MayMove(at, d))];
        return space.Rules.LinearAt(at).Any(constraint => free.Any(d => constraint.Coefficients[d] != 0)) ? new Polytope(space, at, free) : null;
    }

    public double[] Read(Point point) => [.. _dimensions.Select((d, k) => (point[d] - _axes[k].Low) / (_axes[k].High - _axes[k].Low))];

    public Point Write(Point point, ReadOnlySpan<double> u)
    {
        var coordinates = point.Coordinates.ToBuilder();
        for (var k = 0; k < _dimensions.Length; k++)
            coordinates[_dimensions[k]] = u[k] <= 0 ? _axes[k].Low : u[k] >= 1 ? _axes[k].High : Math.Min(_axes[k].High, _axes[k].Low + u[k] * (_axes[k].High - _axes[k].Low));
        return new Point(coordinates.ToImmutable());
    }

    /// <summary>Slopes by u from slopes by the columns of a model, in which logarithmic dimensions have another scale.</summary>
    public void Slopes(ReadOnlySpan<double> u, UnitCube cube, ReadOnlySpan<double> byColumn, Span<double> byPlace)
    {
        for (var k = 0; k < _dimensions.Length; k++)
        {
            var slope = byColumn[cube.FirstColumnOf(_dimensions[k])];
            if (!_axes[k].Logarithmic) byPlace[k] = slope;
            else
            {
                var (low, high) = (_axes[k].Low, _axes[k].High);
                byPlace[k] = slope * (high - low) / (Math.Log(high / low) * (low + Math.Clamp(u[k], 0, 1) * (high - low)));
            }
        }
    }

    /// <summary>Moves to a place near by that satisfies all constraints: each in turn by the shortest way within the box.</summary>
    /// <returns>False where none was found.</returns>
    public bool Repair(double[] u)
    {
        for (var k = 0; k < u.Length; k++) u[k] = Math.Clamp(u[k], 0, 1);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            var worst = 0.0;
            foreach (var (weights, value) in _equations) worst = Math.Max(worst, Math.Abs(Shift(u, weights, value)));
            foreach (var (weights, most) in _inequalities)
                if (Vectors.Dot(weights, u) > most) worst = Math.Max(worst, Math.Abs(Shift(u, weights, most)));
            if (worst <= Tolerance) return true;
        }
        return false;
    }

    /// <summary>The constraints that hold u at its place, as directions that lead out: equations, then what is at its limit.</summary>
    public List<double[]> Active(double[] u, ReadOnlySpan<double> along)
    {
        var active = _equations.Select(equation => equation.Weights).ToList();
        foreach (var (weights, most) in _inequalities)
            if (Vectors.Dot(weights, u) >= most - 1e-10 && Vectors.Dot(weights, along) > 0) active.Add(weights);
        for (var k = 0; k < u.Length; k++)
            if ((u[k] <= 1e-12 && along[k] < 0) || (u[k] >= 1 - 1e-12 && along[k] > 0)) active.Add([.. Enumerable.Range(0, u.Length).Select(i => i == k ? 1.0 : 0)]);
        return active;
    }

    /// <summary>How far one can go from u along a direction, both ways.</summary>
    public (double Back, double Ahead) Chord(double[] u, ReadOnlySpan<double> direction)
    {
        var (back, ahead) = (double.NegativeInfinity, double.PositiveInfinity);
        for (var k = 0; k < u.Length; k++)
        {
            Cut(direction[k], _high[k] - u[k]);
            Cut(-direction[k], u[k] - _low[k]);
        }
        foreach (var (weights, most) in _inequalities) Cut(Vectors.Dot(weights, direction), most - Vectors.Dot(weights, u));
        return (Math.Min(0, back), Math.Max(0, ahead));

        void Cut(double rate, double room)
        {
            if (rate > 1e-14) ahead = Math.Min(ahead, room / rate);
            else if (rate < -1e-14) back = Math.Max(back, room / rate);
        }
    }

    /// <summary>Orthonormal directions along which none of the given ones changes.</summary>
    public static List<double[]> Tangents(IReadOnlyList<double[]> normals, int size)
    {
        var (basis, tangents) = (new List<double[]>(), new List<double[]>());
        foreach (var normal in normals) Add((double[])normal.Clone(), basis);
        for (var k = 0; k < size && basis.Count < size; k++)
        {
            var axis = new double[size];
            axis[k] = 1;
            if (Add(axis, basis)) tangents.Add(axis);
        }
        return tangents;

        static bool Add(double[] vector, List<double[]> basis)
        {
            var length = Math.Sqrt(Vectors.Dot(vector, vector));
            // Twice, because once leaves rounding of the size of what was taken away.
            for (var pass = 0; pass < 2; pass++)
                foreach (var other in basis) System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(other, -Vectors.Dot(other, vector), vector, vector);
            var left = Math.Sqrt(Vectors.Dot(vector, vector));
            if (left <= 1e-9 * length) return false;
            System.Numerics.Tensors.TensorPrimitives.Multiply(vector, 1 / left, vector);
            basis.Add(vector);
            return true;
        }
    }

    /// <summary>Random steps within the polytope: R. Smith, "Efficient Monte Carlo procedures for generating points uniformly distributed over bounded regions", 1984.</summary>
    public void Wander(double[] u, int steps, RandomStream stream)
    {
        var tangents = Tangents([.. _equations.Select(equation => equation.Weights)], u.Length);
        if (tangents.Count == 0) return;
        var direction = new double[u.Length];
        for (var step = 0; step < steps; step++)
        {
            Array.Clear(direction);
            foreach (var tangent in tangents) System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(tangent, stream.NextNormal(), direction, direction);
            var (back, ahead) = Chord(u, direction);
            var go = back + (ahead - back) * stream.NextUniform();
            for (var k = 0; k < u.Length; k++) u[k] = Math.Clamp(u[k] + go * direction[k], 0, 1);
        }
        Repair(u);
    }

    /// <summary>Brings a·u to a value by moving what the box lets move; says by how much it was off.</summary>
    private static double Shift(double[] u, double[] weights, double value)
    {
        var off = value - Vectors.Dot(weights, u);
        if (Math.Abs(off) <= Tolerance) return off;
        var room = 0.0;
        for (var k = 0; k < u.Length; k++)
            if (CanMove(u[k], weights[k] * off)) room += weights[k] * weights[k];
        if (room == 0) return double.PositiveInfinity;
        for (var k = 0; k < u.Length; k++)
            if (CanMove(u[k], weights[k] * off)) u[k] = Math.Clamp(u[k] + off * weights[k] / room, 0, 1);
        return off;

        static bool CanMove(double place, double by) => by > 0 ? place < 1 : by < 0 && place > 0;
    }
}
