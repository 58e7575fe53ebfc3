namespace LabAutomation.Learning;

/// <summary>
/// Trades among objectives that are all minimised: what is dominated below a reference, and the boxes of what is not. Both by slicing along
/// the last objective, exact for any number of objectives and meant for two to four: points² boxes for three objectives, points³ for four.
/// </summary>
internal static class Hypervolume
{
    /// <summary>The volume that the points dominate below the reference; points beyond it count for nothing.</summary>
    public static double Of(IEnumerable<double[]> points, double[] reference)
    {
        var inside = points.Where(point => IsBelow(point, reference)).ToList();
        if (inside.Count == 0) return 0;
        if (reference.Length == 1) return reference[0] - inside.Min(point => point[0]);
        var levels = inside.Select(point => point[^1]).Distinct().Order().ToArray();
        var volume = 0.0;
        for (var k = 0; k < levels.Length; k++)
        {
            var height = (k + 1 < levels.Length ? levels[k + 1] : reference[^1]) - levels[k];
            volume += height * Of(inside.Where(point => point[^1] <= levels[k]).Select(point => point[..^1]), reference[..^1]);
        }
        return volume;
    }

    /// <summary>The points that no other one is at least as good as in everything; of equal ones the first. In the order given.</summary>
    public static List<int> Front(IReadOnlyList<double[]> points)
    {
        var front = new List<int>();
        for (var i = 0; i < points.Count; i++)
        {
            var beaten = false;
            for (var j = 0; j < points.Count && !beaten; j++)
                beaten = j != i && IsAtMost(points[j], points[i]) && (j < i || !IsAtMost(points[i], points[j]));
            if (!beaten) front.Add(i);
        }
        return front;
    }

    /// <summary>Boxes without overlap that fill what lies below the reference and is not dominated; their lower corners may be −∞.</summary>
    public static List<(double[] Low, double[] High)> Undominated(IReadOnlyList<double[]> front, double[] reference)
    {
        var inside = front.Where(point => IsBelow(point, reference)).ToList();
        if (reference.Length == 1)
        {
            var top = inside.Count > 0 ? inside.Min(point => point[0]) : reference[0];
            return [([double.NegativeInfinity], [top])];
        }

        var boxes = new List<(double[], double[])>();
        double[] levels = [.. inside.Select(point => point[^1]).Distinct().Order()];
        for (var k = 0; k <= levels.Length; k++)
        {
            var (low, high) = (k == 0 ? double.NegativeInfinity : levels[k - 1], k < levels.Length ? levels[k] : reference[^1]);
            List<double[]> below = [.. inside.Where(point => point[^1] <= low).Select(point => point[..^1])];
            foreach (var (boxLow, boxHigh) in Undominated([.. Front(below).Select(i => below[i])], reference[..^1]))
                boxes.Add(([.. boxLow, low], [.. boxHigh, high]));
        }
        return boxes;
    }

    /// <summary>Where a trade begins to count, where nobody said: a tenth of the front's range beyond its worst value of each objective.</summary>
    /// <remarks>H. Ishibuchi et al., "How to specify a reference point in hypervolume calculation for fair performance comparison", 2018.</remarks>
    public static double[] InferredReference(IReadOnlyList<double[]> points)
    {
        var front = Front(points).Select(i => points[i]).ToList();
        var reference = new double[points[0].Length];
        for (var m = 0; m < reference.Length; m++)
        {
            var (least, most) = (front.Min(point => point[m]), front.Max(point => point[m]));
            var range = most > least ? most - least : points.Max(point => point[m]) - points.Min(point => point[m]);
            reference[m] = most + 0.1 * (range > 0 ? range : most != 0 ? Math.Abs(most) : 1);
        }
        return reference;
    }

    private static bool IsBelow(double[] point, double[] reference)
    {
        for (var m = 0; m < reference.Length; m++)
            if (!(point[m] < reference[m])) return false;
        return true;
    }

    private static bool IsAtMost(double[] a, double[] b)
    {
        for (var m = 0; m < a.Length; m++)
            if (a[m] > b[m]) return false;
        return true;
    }
}
