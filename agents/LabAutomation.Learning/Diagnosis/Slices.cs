using System.Collections.Immutable;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Cuts a fitted surface through a point.</summary>
internal sealed class Slices(GaussianProcess model, double sign, Point through)
{
    private const int CurvePoints = 41, MapPoints = 25;

    private SearchSpace Space => model.Space;

    public ParameterCurve Curve(int dimension)
    {
        var coordinates = Coordinates(dimension, CurvePoints);
        var (points, feasible) = (new Point[coordinates.Length], new bool[coordinates.Length]);
        for (var k = 0; k < coordinates.Length; k++) (points[k], feasible[k]) = Moved(through, dimension, coordinates[k]);
        var expected = model.Predict(points);
        return new ParameterCurve(Space.Dimensions[dimension].Name,
            [.. coordinates.Select((coordinate, k) => new CurvePoint(coordinate, sign * expected[k].Mean, expected[k].Sd, feasible[k]))]);
    }

    public SurfaceMap Map(int column, int row)
    {
        var (columns, rows) = (Coordinates(column, MapPoints), Coordinates(row, MapPoints));
        var (points, feasible) = (new List<Point>(columns.Length * rows.Length), new List<bool>());
        foreach (var y in rows)
            foreach (var x in columns)
            {
                var (half, _) = Moved(through, column, x);
                // The second move may draw the first parameter along, where one equation holds both.
                var (point, isFeasible) = Moved(half, row, y);
                if (point[column] != half[column]) (point, isFeasible) = (new Point(half.Coordinates.SetItem(row, y)), false);
                points.Add(point);
                feasible.Add(isFeasible);
            }
        var expected = model.Predict(points);
        return new SurfaceMap(Space.Dimensions[column].Name, Space.Dimensions[row].Name, columns, rows,
            [.. expected.Select(one => sign * one.Mean)], [.. expected.Select(one => one.Sd)], [.. feasible]);
    }

    private (Point Point, bool IsFeasible) Moved(Point from, int dimension, double coordinate) =>
        Exchange.With(Space, from, dimension, coordinate) is { } point ? (point, true) : (new Point(from.Coordinates.SetItem(dimension, coordinate)), false);

    /// <summary>All values of a parameter of a few, an even choice of the others; on a logarithmic scale even there.</summary>
    private ImmutableArray<double> Coordinates(int dimension, int most)
    {
        var one = Space.Dimensions[dimension];
        if (UnitCube.ValuesOf(one) is { } count)
        {
            var taken = (int)Math.Min(count, most);
            var all = Enumerable.Range(0, taken).Select(k => UnitCube.ValueAt(one, taken == count ? k : (long)Math.Round(k * (count - 1.0) / (taken - 1))));
            return [.. all];
        }
        var cube = new UnitCube([one]);
        return [.. Enumerable.Range(0, most).Select(k => cube.At([k / (most - 1.0)])[0])];
    }
}
