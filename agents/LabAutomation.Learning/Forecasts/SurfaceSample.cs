namespace LabAutomation.Learning;

/// <summary>
/// A model's outputs over the feasible space as a weighted sample. A finite space is taken whole where it can be; any other is
/// sampled in boxes nested around the best part, each shell with its share of the volume, so that a target of a millionth of the
/// space still has many points in it. Where chance does not meet the rules, as in a mixture, points are made that do.
/// </summary>
internal sealed class SurfaceSample
{
    private const int PerBox = 1024, MostBoxes = 12, LeastBest = 24, Made = 4096;
    private const double BestFraction = 0.04, Padding = 0.25, WorthShrinking = 0.8;
    private const long Listable = 200_000;

    private readonly double[] _weights, _means, _variances;

    private SurfaceSample(double[] weights, double[] means, double[] variances, int? points)
        => (_weights, _means, _variances, Points) = (weights, means, variances, points);

    /// <summary>How many feasible points a finite space has; null where it is not listed.</summary>
    public int? Points { get; }

    public static SurfaceSample Of(GaussianProcess model, int seed)
        => Catalogue.Of(model.Space) is { Count: <= Listable } all ? OfAll(model, all) : FeasiblePoints.AreMade(model.Space) ? OfMade(model, seed) : OfBoxes(model, seed);

    /// <summary>Share of the space where a measurement is at or below an output.</summary>
    public double Fraction(double output, double noise)
    {
        var sum = 0.0;
        for (var i = 0; i < _means.Length; i++)
        {
            var z = (output - _means[i]) / Math.Sqrt(_variances[i] + noise);
            if (z > -9) sum += z > 9 ? _weights[i] : _weights[i] * SpecialFunctions.NormalProbability(z);
        }
        return sum;
    }

    /// <summary>Share of the space where the mean is at or below an output.</summary>
    public double FractionOfMeans(double output)
    {
        var sum = 0.0;
        for (var i = 0; i < _means.Length; i++)
            if (_means[i] <= output) sum += _weights[i];
        return sum;
    }

    /// <summary>Outputs below and above which nothing is to be expected.</summary>
    public (double Low, double High) Range(double noise)
    {
        var spread = 9 * Math.Sqrt(_variances.Max() + noise);
        return (_means.Min() - spread, _means.Max() + spread);
    }

    private static SurfaceSample OfAll(GaussianProcess model, Catalogue all)
    {
        var points = new List<Point>();
        for (var number = 0L; number < all.Count; number++)
            if (all[number] is var point && model.Space.IsFeasible(point)) points.Add(point);
        if (points.Count == 0) throw new SpaceExhaustedException($"none of the {all.Count} points of the space is feasible");
        return Evenly(model, points, points.Count);
    }

    private static SurfaceSample OfMade(GaussianProcess model, int seed) => FeasiblePoints.Make(model.Space, Made, seed) is { Length: > 0 } points
        ? Evenly(model, [.. points], null)
        : throw new SpaceExhaustedException("no feasible point was found among those that the constraints lead to; check the constraints");

    private static SurfaceSample Evenly(GaussianProcess model, List<Point> points, int? count)
    {
        var (means, variances) = Predict(model, points);
        var weights = new double[points.Count];
        weights.AsSpan().Fill(1.0 / points.Count);
        return new SurfaceSample(weights, means, variances, count);
    }

    private static SurfaceSample OfBoxes(GaussianProcess model, int seed)
    {
        var d = model.Space.Dimensions.Length;
        var (weights, means, variances) = (new List<double>(), new List<double>(), new List<double>());
        var box = new Box([.. Enumerable.Repeat(0.0, d)], [.. Enumerable.Repeat(1.0, d)]);
        for (var number = 0; number < MostBoxes; number++)
        {
            var places = box.FeasiblePlaces(model, PerBox, new RandomStream(seed, number));
            var (boxMeans, boxVariances) = Predict(model, [.. places.Select(place => model.Cube.At(place))]);
            var inner = number == MostBoxes - 1 ? null : box.AroundBest(places, boxMeans);
            for (var i = 0; i < places.Count; i++)
            {
                if (inner is not null && inner.Holds(places[i])) continue;
                weights.Add(box.Volume / PerBox);
                means.Add(boxMeans[i]);
                variances.Add(boxVariances[i]);
            }
            if (inner is null) break;
            box = inner;
        }
        var total = weights.Sum();
        if (total == 0) throw new SpaceExhaustedException("no feasible point was found among those spread over the space; check the constraints");
        return new SurfaceSample([.. weights.Select(weight => weight / total)], [.. means], [.. variances], null);
    }

    private static (double[] Means, double[] Variances) Predict(GaussianProcess model, List<Point> points)
    {
        var (means, variances) = (new double[points.Count], new double[points.Count]);
        model.Posterior.Predict(model.Encode(points), means, variances);
        return (means, variances);
    }

    private sealed record Box(double[] Low, double[] High)
    {
        public double Volume => Low.Zip(High, (low, high) => high - low).Aggregate(1.0, (product, side) => product * side);

        public bool Holds(double[] place)
        {
            for (var d = 0; d < place.Length; d++)
                if (place[d] < Low[d] || place[d] >= High[d]) return false;
            return true;
        }

        /// <summary>The feasible ones among <paramref name="count"/> places of the box.</summary>
        public List<double[]> FeasiblePlaces(GaussianProcess model, int count, RandomStream stream)
        {
            var sequence = new QuasiRandomPlaces(Low.Length, (int)stream.NextBits());
            var places = new List<double[]>(count);
            for (var i = 0u; i < count; i++)
            {
                var place = new double[Low.Length];
                sequence.Read(i, place);
                for (var d = 0; d < place.Length; d++) place[d] = Low[d] + place[d] * (High[d] - Low[d]);
                if (model.Space.IsFeasible(model.Cube.At(place))) places.Add(place);
            }
            return places;
        }

        /// <summary>The padded box of the best places; null where that would hardly be smaller, or there are too few.</summary>
        public Box? AroundBest(List<double[]> places, double[] means)
        {
            var count = Math.Max(LeastBest, (int)(BestFraction * places.Count));
            if (places.Count < 2 * LeastBest) return null;
            var best = Enumerable.Range(0, places.Count).OrderBy(i => means[i]).Take(count).Select(i => places[i]).ToArray();
            var (low, high) = (new double[Low.Length], new double[Low.Length]);
            for (var d = 0; d < low.Length; d++)
            {
                var (least, most) = (best.Min(place => place[d]), best.Max(place => place[d]));
                low[d] = Math.Max(Low[d], least - Padding * (most - least));
                high[d] = Math.Min(High[d], most + Padding * (most - least));
            }
            var inner = new Box(low, high);
            return inner.Volume > 0 && inner.Volume < WorthShrinking * Volume ? inner : null;
        }
    }
}
