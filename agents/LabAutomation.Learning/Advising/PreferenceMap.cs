namespace LabAutomation.Learning.Advising;

/// <summary>How much each point of a space is preferred by advice: from 0 to 1, which the inside of its weightiest regions has.</summary>
internal sealed class PreferenceMap(Advice advice, SearchSpace space)
{
    private readonly double _most = advice.Regions.Max(region => region.Weight);

    /// <summary>One minus the chance that no region has the point: J. Pearl's noisy or.</summary>
    public double Of(Point point)
    {
        var none = 1.0;
        foreach (var region in advice.Regions) none *= 1 - Degree(region, point);
        return 1 - none;
    }

    /// <summary>The same, and its slopes by the places of the real dimensions in the unit cube.</summary>
    /// <param name="slopes">Receives one number a dimension.</param>
    public double WithSlopes(Point point, Span<double> slopes)
    {
        slopes.Clear();
        double[] degrees = [.. advice.Regions.Select(region => Degree(region, point))];
        for (var r = 0; r < degrees.Length; r++)
        {
            var others = 1.0;
            for (var s = 0; s < degrees.Length; s++) if (s != r) others *= 1 - degrees[s];
            foreach (var one in advice.Regions[r].Preferences)
                if (space.Dimensions[one.Dimension] is RealDimension && space.IsActive(point, one.Dimension))
                    slopes[one.Dimension] += others * degrees[r] * one.At(space.Dimensions[one.Dimension], point[one.Dimension]).LogSlope;
        }
        return 1 - degrees.Aggregate(1.0, (none, degree) => none * (1 - degree));
    }

    /// <summary>What does not count at a point is no reason against it.</summary>
    private double Degree(AdvisedRegion region, Point point)
    {
        var degree = region.Weight / _most;
        foreach (var one in region.Preferences)
            if (space.IsActive(point, one.Dimension)) degree *= one.At(space.Dimensions[one.Dimension], point[one.Dimension]).Degree;
        return degree;
    }
}
