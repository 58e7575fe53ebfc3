using LabAutomation.Learning;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Points of which a value may be missing where the parameter does not count.</summary>
internal static class SettledPoint
{
    /// <param name="coordinates">One for each dimension; null where none is given.</param>
    /// <param name="missing">Makes the error for a dimension that counts and has none.</param>
    public static Point Of(SearchSpace space, IReadOnlyList<double?> coordinates, Func<int, Exception> missing)
    {
        var point = space.Settled(new Point([.. coordinates.Select((coordinate, d) => coordinate ?? AtRest(space.Dimensions[d]))]));
        for (var d = 0; d < coordinates.Count; d++)
            if (coordinates[d] is null && space.IsActive(point, d)) throw missing(d);
        return point;
    }

    /// <summary>The coordinate of a parameter that does not count.</summary>
    public static double AtRest(SearchDimension dimension) => dimension is RealDimension real ? real.Low : UnitCube.ValueAt(dimension, 0);
}
