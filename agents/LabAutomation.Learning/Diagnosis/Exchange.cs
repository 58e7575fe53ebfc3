namespace LabAutomation.Learning.Diagnosis;

/// <summary>Points that differ from another one in one parameter, as far as the rules of the space let them.</summary>
internal static class Exchange
{
    /// <summary>
    /// The point with another coordinate. Where an equation ties the parameter to others, as in a mixture, the real ones among these keep
    /// their proportions and make room: D. R. Cox, "A note on polynomial response functions for mixtures", Biometrika 58, 1971.
    /// </summary>
    /// <returns>Null where no feasible point is there.</returns>
    public static Point? With(SearchSpace space, Point point, int dimension, double coordinate)
    {
        var changed = space.Settled(new Point(point.Coordinates.SetItem(dimension, coordinate)));
        var coordinates = changed.Coordinates.ToBuilder();
        foreach (var equation in space.Rules.LinearAt(changed))
        {
            if (!equation.IsEquation || equation.Coefficients[dimension] == 0) continue;
            var (fixedPart, room) = (0.0, 0.0);
            for (var d = 0; d < coordinates.Count; d++)
            {
                if (equation.Coefficients[d] == 0) continue;
                if (MakesRoom(space, dimension, d)) room += equation.Coefficients[d] * coordinates[d];
                else fixedPart += equation.Coefficients[d] * coordinates[d];
            }
            if (room == 0)
            {
                if (Math.Abs(fixedPart - equation.Low) > 1e-9 * Math.Max(1, Math.Abs(equation.Low))) return null;
                continue;
            }
            var factor = (equation.Low - fixedPart) / room;
            for (var d = 0; d < coordinates.Count; d++)
                if (equation.Coefficients[d] != 0 && MakesRoom(space, dimension, d)) coordinates[d] *= factor;
        }
        for (var d = 0; d < coordinates.Count; d++)
            if (space.Dimensions[d] is RealDimension real && (coordinates[d] < real.Low || coordinates[d] > real.High))
            {
                if (coordinates[d] < real.Low - 1e-9 || coordinates[d] > real.High + 1e-9) return null;
                coordinates[d] = Math.Clamp(coordinates[d], real.Low, real.High);
            }
        var moved = space.Settled(new Point(coordinates.ToImmutable()));
        return space.IsFeasible(moved) ? moved : null;
    }

    /// <summary>Whether an equation that is no rule of one parameter alone binds it.</summary>
    public static bool IsBound(SearchSpace space, int dimension) => space.Rules.Linear.Any(equation => equation.IsEquation && equation.Coefficients[dimension] != 0);

    private static bool MakesRoom(SearchSpace space, int moved, int d) => d != moved && space.Dimensions[d] is RealDimension && !space.Held.ContainsKey(d);
}
