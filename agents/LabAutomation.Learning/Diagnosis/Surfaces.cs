using System.Collections.Immutable;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>What a model says along one parameter.</summary>
/// <param name="Coordinate">Of the parameter: its number, or the position of a choice.</param>
/// <param name="Mean">In the unit of the quantity.</param>
/// <param name="Sd">One standard deviation of the surface; the noise of a measurement is not in it.</param>
/// <param name="IsFeasible">Whether constraints and rules of the space hold there.</param>
public sealed record CurvePoint(double Coordinate, double Mean, double Sd, bool IsFeasible);

/// <summary>
/// One parameter through the recommended point, the others as they are there; where an equation ties it to others, as in a mixture, these
/// keep their proportions.
/// </summary>
public sealed record ParameterCurve(string Parameter, ImmutableArray<CurvePoint> Points);

/// <summary>Two parameters through the recommended point.</summary>
/// <param name="Columns">Coordinates of the first parameter.</param>
/// <param name="Rows">Coordinates of the second parameter.</param>
/// <param name="Mean">Row by row, Columns × Rows values in the unit of the quantity.</param>
/// <param name="Sd">The same of one standard deviation of the surface.</param>
/// <param name="IsFeasible">The same of whether constraints and rules hold.</param>
public sealed record SurfaceMap(
    string Column, string Row, ImmutableArray<double> Columns, ImmutableArray<double> Rows,
    ImmutableArray<double> Mean, ImmutableArray<double> Sd, ImmutableArray<bool> IsFeasible);
