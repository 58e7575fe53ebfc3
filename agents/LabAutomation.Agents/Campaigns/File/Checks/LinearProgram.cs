using System.Collections.Immutable;

namespace LabAutomation.Agents.Campaigns;

/// <summary>
/// The smallest value of a linear form over a box cut by linear inequalities: the simplex method in tableau form, in two phases, with
/// Bland's rule against cycling (R. G. Bland, "New finite pivoting rules for the simplex method", 1977). For tens of variables.
/// </summary>
internal sealed class LinearProgram
{
    private const double Zero = 1e-10;

    /// <summary>Bland's rule ends much sooner; rounding might keep it from ending at all.</summary>
    private const int MostPivots = 100_000;

    private readonly ImmutableArray<Interval> _box;
    private readonly int _variables;
    private readonly double[][] _rows;
    private readonly int[] _basis;
    private readonly bool _isFeasible;

    /// <param name="box">Finite bounds, one per dimension.</param>
    /// <param name="atMostZero">Forms that are zero or less.</param>
    public LinearProgram(ImmutableArray<Interval> box, IReadOnlyList<LinearForm> atMostZero)
    {
        (_box, _variables) = (box, box.Length);
        var upper = Enumerable.Range(0, _variables).Select(k => LinearForm.Axis(k, _variables).Plus(LinearForm.Of(-1, _variables)));
        var forms = atMostZero.Select(OfUnitBox).Select(Normalised).Concat(upper).ToArray();
        _rows = new double[forms.Length][];
        _basis = new int[forms.Length];
        for (var row = 0; row < forms.Length; row++) _rows[row] = Row(forms[row], row, forms.Length);
        _isFeasible = FindStart(forms.Length);
    }

    private int Slacks => _variables + _rows.Length;

    /// <summary>Null where no point satisfies the inequalities.</summary>
    public (double Value, double[] At)? Minimise(LinearForm form)
    {
        if (!_isFeasible) return null;
        var cost = new double[Slacks + _rows.Length + 1];
        Normalised(OfUnitBox(form) with { Constant = 0 }).Weights.CopyTo(cost);
        Descend(cost, Slacks);
        var at = new double[_variables];
        for (var row = 0; row < _rows.Length; row++)
            if (_basis[row] < _variables) at[_basis[row]] = _rows[row][^1];
        for (var k = 0; k < _variables; k++) at[k] = Math.Clamp(_box[k].Low + (at[k] * _box[k].Width), _box[k].Low, _box[k].High);
        return (form.Constant + form.Weights.Select((weight, k) => weight * at[k]).Sum(), at);
    }

    /// <summary>The same form of coordinates that go from 0 to 1.</summary>
    private LinearForm OfUnitBox(LinearForm form) => new(
        form.Constant + form.Weights.Select((weight, k) => weight * _box[k].Low).Sum(),
        [.. form.Weights.Select((weight, k) => weight * _box[k].Width)]);

    private static LinearForm Normalised(LinearForm form)
    {
        var largest = Math.Max(Math.Abs(form.Constant), form.Weights.Max(Math.Abs));
        return largest > 0 ? form.Times(1 / largest) : form;
    }

    /// <summary>Columns: variables, slacks, one artificial variable per row, right-hand side.</summary>
    private double[] Row(LinearForm form, int row, int rows)
    {
        var line = new double[_variables + (2 * rows) + 1];
        var sign = form.Constant > 0 ? -1 : 1;
        for (var k = 0; k < _variables; k++) line[k] = sign * form.Weights[k];
        line[_variables + row] = sign;
        line[^1] = sign * -form.Constant;
        _basis[row] = sign > 0 ? _variables + row : _variables + rows + row;
        if (sign < 0) line[_basis[row]] = 1;
        return line;
    }

    /// <summary>Drives the artificial variables to zero; what cannot be driven there cannot be satisfied.</summary>
    private bool FindStart(int rows)
    {
        var cost = new double[_variables + (2 * rows) + 1];
        for (var row = 0; row < rows; row++)
            if (_basis[row] >= Slacks) cost[_basis[row]] = 1;
        Descend(cost, _variables + (2 * rows));
        for (var row = 0; row < rows; row++)
        {
            if (_basis[row] < Slacks) continue;
            if (_rows[row][^1] > 1e-7) return false;
            var column = Array.FindIndex(_rows[row], 0, Slacks, entry => Math.Abs(entry) > Zero);
            if (column >= 0) Pivot(row, column);
        }

        return true;
    }

    private void Descend(double[] cost, int columns)
    {
        for (var pivots = 0; pivots < MostPivots; pivots++)
        {
            var entering = -1;
            for (var column = 0; column < columns && entering < 0; column++)
                if (ReducedCost(cost, column) < -Zero && !_basis.Contains(column)) entering = column;
            if (entering < 0 || Leaving(entering) is not (>= 0 and var leaving)) return;
            Pivot(leaving, entering);
        }

        throw new InvalidOperationException($"a linear program of {_rows.Length} rows did not end within {MostPivots} steps");
    }

    private double ReducedCost(double[] cost, int column)
    {
        var reduced = cost[column];
        for (var row = 0; row < _rows.Length; row++) reduced -= cost[_basis[row]] * _rows[row][column];
        return reduced;
    }

    private int Leaving(int entering)
    {
        var (leaving, least) = (-1, double.PositiveInfinity);
        for (var row = 0; row < _rows.Length; row++)
        {
            if (_rows[row][entering] <= Zero) continue;
            var ratio = _rows[row][^1] / _rows[row][entering];
            if (ratio > least + Zero || (ratio > least - Zero && leaving >= 0 && _basis[row] > _basis[leaving])) continue;
            (leaving, least) = (row, ratio);
        }

        return leaving;
    }

    private void Pivot(int row, int column)
    {
        var pivot = _rows[row];
        var by = pivot[column];
        for (var k = 0; k < pivot.Length; k++) pivot[k] /= by;
        foreach (var other in _rows)
        {
            if (other == pivot || other[column] is 0 and var factor) continue;
            factor = other[column];
            for (var k = 0; k < other.Length; k++) other[k] -= factor * pivot[k];
        }

        _basis[row] = column;
    }
}
