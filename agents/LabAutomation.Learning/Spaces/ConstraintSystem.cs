using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>A constraint at a place: by how much it is missed, and its slopes by place.</summary>
/// <param name="Value">Of an equation the difference of its sides; else above 0 where it is missed.</param>
internal readonly record struct ConstraintRow(double Value, double[] Slopes, bool IsEquation)
{
    public double Missed => IsEquation ? Math.Abs(Value) : Math.Max(0, Value);
}

/// <summary>
/// All constraints of a space as functions of its real dimensions once all other coordinates are chosen, in coordinates that go from 0 to 1
/// as a model's do, and how to come to where they hold.
/// </summary>
internal sealed class ConstraintSystem
{
    /// <summary>What counts as met, a thousandth of what a condition allows for rounding.</summary>
    private const double Met = 1e-12;

    private const int Iterations = 80;

    /// <summary>The longest step, beyond which slopes say little.</summary>
    private const double Reach = 0.25;

    private readonly SearchSpace _space;
    private readonly UnitCube _cube;
    private readonly int[] _dimensions;
    private readonly double[] _coordinates, _slopes;
    private readonly ImmutableArray<LinearConstraint> _linear;
    private readonly ImmutableArray<NonlinearConstraint> _nonlinear;

    /// <param name="at">Of which all but the real coordinates count.</param>
    public ConstraintSystem(SearchSpace space, UnitCube cube, Point at)
    {
        (_space, _cube) = (space, cube);
        _dimensions = [.. Enumerable.Range(0, space.Dimensions.Length).Where(d => space.MayMove(at, d))];
        (_linear, _nonlinear) = (space.Rules.LinearAt(at), space.Rules.NonlinearAt(at));
        (_coordinates, _slopes) = ([.. at.Coordinates], new double[at.Coordinates.Length]);
    }

    public int Size => _dimensions.Length;

    /// <summary>The column of a model for each coordinate.</summary>
    public IEnumerable<int> Columns => _dimensions.Select(_cube.FirstColumnOf);

    public double[] Read(Point point) => [.. _dimensions.Select(d => Math.Clamp(UnitCube.Normalised(_space.Dimensions[d], point[d]), 0, 1))];

    public Point Write(ReadOnlySpan<double> u)
    {
        Place(u);
        return new Point([.. _coordinates]);
    }

    /// <summary>All constraints at a place.</summary>
    public List<ConstraintRow> Rows(ReadOnlySpan<double> u)
    {
        Place(u);
        var rows = new List<ConstraintRow>(_linear.Length + _nonlinear.Length);
        foreach (var constraint in _linear) Add(constraint.Excess(_coordinates, _slopes), constraint.IsEquation, u, rows);
        foreach (var constraint in _nonlinear) Add(constraint.Excess(_coordinates, _slopes), constraint.IsEquation, u, rows);
        return rows;
    }

    /// <summary>
    /// Moves to a place near by where all constraints hold, by damped Gauss-Newton steps on what is missed that keep to the box:
    /// D. Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", SIAM J. Appl. Math. 11, 1963.
    /// </summary>
    /// <returns>False where none was found.</returns>
    public bool Meet(double[] u)
    {
        var (rows, damping) = (Rows(u), 0.0);
        var missed = rows.Sum(row => row.Missed * row.Missed);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            if (rows.TrueForAll(row => row.Missed <= Met)) return true;
            var next = Stepped(u, [.. rows.Where(row => row.IsEquation || row.Missed > 0)], damping);
            var there = Rows(next);
            var left = there.Sum(row => row.Missed * row.Missed);
            if (left < missed * (1 - 1e-10))
            {
                next.CopyTo(u, 0);
                (rows, missed, damping) = (there, left, damping < 1e-9 ? 0 : damping / 10);
            }
            else if (damping > 1e4) return false;
            else damping = Math.Max(1e-6, damping * 10);
        }
        return false;
    }

    /// <summary>The least move that would meet the rows if they were straight, without what the box forbids.</summary>
    private static double[] Stepped(double[] u, ConstraintRow[] rows, double damping)
    {
        var (step, isFree) = (new double[u.Length], Enumerable.Repeat(true, u.Length).ToArray());
        for (var round = 0; round <= u.Length; round++)
        {
            LeastStep(rows, isFree, damping, step);
            var isBlocked = false;
            for (var k = 0; k < u.Length; k++)
            {
                if (!isFree[k] || !((u[k] <= 0 && step[k] < 0) || (u[k] >= 1 && step[k] > 0))) continue;
                (isFree[k], isBlocked) = (false, true);
            }
            if (!isBlocked) break;
        }
        var shortened = Math.Min(1, Reach / Math.Max(Reach, step.Where((_, k) => isFree[k]).Select(Math.Abs).DefaultIfEmpty(0).Max()));
        return [.. u.Select((value, k) => isFree[k] ? Math.Clamp(value + shortened * step[k], 0, 1) : value)];
    }

    /// <summary>Writes Jᵀ(JJᵀ + damping)⁻¹(−r), over the coordinates that are free.</summary>
    private static void LeastStep(ConstraintRow[] rows, bool[] isFree, double damping, double[] step)
    {
        var m = rows.Length;
        var (matrix, side) = (new double[m * m], new double[m]);
        var largest = 0.0;
        for (var i = 0; i < m; i++)
        {
            side[i] = -rows[i].Value;
            for (var j = 0; j < m; j++)
                for (var k = 0; k < step.Length; k++)
                    if (isFree[k]) matrix[i * m + j] += rows[i].Slopes[k] * rows[j].Slopes[k];
            largest = Math.Max(largest, matrix[i * m + i]);
        }
        for (var i = 0; i < m; i++) matrix[i * m + i] += largest * (damping + 1e-14) + double.Epsilon;
        SolvePositive(matrix, side);
        for (var k = 0; k < step.Length; k++)
        {
            step[k] = 0;
            for (var i = 0; i < m && isFree[k]; i++) step[k] += rows[i].Slopes[k] * side[i];
            if (!double.IsFinite(step[k])) step[k] = 0;
        }
    }

    /// <summary>Gaussian elimination of a positive definite system in place.</summary>
    private static void SolvePositive(double[] matrix, double[] side)
    {
        var m = side.Length;
        for (var i = 0; i < m; i++)
            for (var j = i + 1; j < m; j++)
            {
                var factor = matrix[j * m + i] / matrix[i * m + i];
                for (var k = i; k < m; k++) matrix[j * m + k] -= factor * matrix[i * m + k];
                side[j] -= factor * side[i];
            }
        for (var i = m - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < m; j++) side[i] -= matrix[i * m + j] * side[j];
            side[i] /= matrix[i * m + i];
        }
    }

    private void Place(ReadOnlySpan<double> u)
    {
        for (var k = 0; k < _dimensions.Length; k++) _coordinates[_dimensions[k]] = UnitCube.Denormalised((RealDimension)_space.Dimensions[_dimensions[k]], u[k]);
    }

    private void Add(double value, bool isEquation, ReadOnlySpan<double> u, List<ConstraintRow> rows)
    {
        var slopes = new double[u.Length];
        for (var k = 0; k < slopes.Length; k++)
            slopes[k] = _slopes[_dimensions[k]] * UnitCube.Stretch((RealDimension)_space.Dimensions[_dimensions[k]], _coordinates[_dimensions[k]]);
        rows.Add(new ConstraintRow(double.IsFinite(value) ? value : 1, slopes, isEquation));
    }
}
