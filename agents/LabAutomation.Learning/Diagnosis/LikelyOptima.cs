namespace LabAutomation.Learning.Diagnosis;

/// <summary>
/// A few hundred points among which the best of the space is to be found, whatever surface is true: those with the best bounds at several
/// degrees of optimism, out of points spread over the space and points drawn in towards the recommended one.
/// </summary>
internal static class LikelyOptima
{
    private const int Spread = 3072, Near = 768, SpreadPurpose = 24, NearPurpose = 25;

    private static readonly double[] Optimism = [0, 1, 2, 3];
    private static readonly double[] Reaches = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01];

    /// <param name="recommended">The first of the answer.</param>
    /// <param name="costs">What is to be small, from mean and standard deviation of the first objective at an optimism.</param>
    public static Point[] Of(GaussianProcess model, Point recommended, IReadOnlyList<Point> tried, int count, int seed, Func<double, double, double, double> costs)
    {
        var space = model.Space;
        List<Point> spread = space.Pool is { } pool
            ? [.. Drawn(pool.Length, new RandomStream(seed, SpreadPurpose)).Select(k => pool[k]).Where(space.IsFeasible)]
            : SpaceFilling.Candidates(space, model.Cube, Spread, (int)new RandomStream(seed, SpreadPurpose).NextBits());
        Point[] all = [.. spread.Concat(space.Pool is null ? Drawn(space, recommended, spread, seed) : []).Concat(tried).Append(recommended).Distinct()];
        var (means, variances) = (new double[all.Length], new double[all.Length]);
        model.Posterior.Predict(model.Encode(all), means, variances);
        var chosen = new List<Point> { recommended };
        var taken = new HashSet<Point> { recommended };
        foreach (var optimism in Optimism)
        {
            var (added, share) = (0, (count - 1) / Optimism.Length);
            foreach (var i in Enumerable.Range(0, all.Length).OrderBy(i => costs(means[i], Math.Sqrt(variances[i]), optimism)))
            {
                if (added == share) break;
                if (!taken.Add(all[i])) continue;
                chosen.Add(all[i]);
                added++;
            }
        }
        return [.. chosen];
    }

    private static IEnumerable<int> Drawn(int rows, RandomStream stream)
    {
        const int Most = 8192;
        var order = new Permutation(rows, (int)stream.NextBits());
        return Enumerable.Range(0, Math.Min(rows, Most)).Select(k => (int)order[k]);
    }

    /// <summary>Between the recommended point and others: what is linear holds there, too. Coordinates without places in between are one or the other.</summary>
    private static IEnumerable<Point> Drawn(SearchSpace space, Point home, List<Point> others, int seed)
    {
        var stream = new RandomStream(seed, NearPurpose);
        for (var k = 0; k < Near && others.Count > 0; k++)
        {
            var (other, reach) = (others[stream.NextIndex(others.Count)], Reaches[k % Reaches.Length]);
            var coordinates = home.Coordinates.ToBuilder();
            for (var d = 0; d < coordinates.Count; d++)
            {
                if (space.Dimensions[d] is RealDimension) coordinates[d] = home[d] + reach * (other[d] - home[d]);
                else if (stream.NextUniform() < reach) coordinates[d] = other[d];
            }
            var point = space.Settled(new Point(coordinates.ToImmutable()));
            if (space.IsFeasible(point)) yield return point;
        }
    }
}
