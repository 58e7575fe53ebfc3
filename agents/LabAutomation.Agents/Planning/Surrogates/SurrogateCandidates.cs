using System.Collections.Immutable;
using LabAutomation.Learning;
using LabAutomation.Models;

namespace LabAutomation.Agents.Planning.Surrogates;

/// <summary>Very many points of a space, scored by an exported surrogate in the model host; the best are judged again by the engine in double precision.</summary>
public static class SurrogateCandidates
{
    /// <summary>Points drawn and dropped for one that is kept, at most.</summary>
    private const int MostDraws = 1000;

    /// <summary>Feasible points, drawn evenly; of a pool no row twice, and so perhaps fewer. Where no rule forbids it their numbers are such as 32-bit floats can hold, since that is what callers hand to a model.</summary>
    /// <exception cref="ArgumentException">Next to no point of the space is feasible.</exception>
    public static ImmutableArray<Point> Draw(SearchSpace space, int count, int seed)
    {
        if (space.Pool is { } pool)
        {
            Point[] rows = [.. pool.Distinct().Where(space.IsFeasible)];
            new Random(seed).Shuffle(rows);
            return [.. rows.Take(count)];
        }

        if (FeasiblePoints.AreMade(space))
        {
            var made = FeasiblePoints.Make(space, count, seed);
            return made.Length == count ? made : throw new ArgumentException($"{made.Length} of {count} candidates were found that keep the constraints; ask for fewer, or widen the bounds");
        }

        var (cube, random, place, points) = (new UnitCube(space), new Random(seed), new double[space.Dimensions.Length], ImmutableArray.CreateBuilder<Point>(count));
        for (var draws = 0L; points.Count < count; draws++)
        {
            if (draws > (long)MostDraws * (points.Count + 1)) throw new ArgumentException($"of {draws} points of the space {points.Count} are feasible: candidates cannot be drawn evenly from it");
            for (var d = 0; d < place.Length; d++) place[d] = random.NextDouble();
            var point = cube.At(place);
            var single = Single(point);
            if (space.IsFeasible(single)) points.Add(single);
        }

        return points.MoveToImmutable();
    }

    /// <summary>The point whose numbers 32-bit floats can hold, as a model gets it. It need not keep an equation to the last digit.</summary>
    internal static Point Single(Point point) => new([.. point.Coordinates.Select(coordinate => (double)(float)coordinate)]);

    /// <summary>The candidates of which most is expected.</summary>
    /// <param name="candidates">Any number.</param>
    /// <param name="gain">What is expected of a candidate, by what is expected of the quantity there.</param>
    /// <param name="count">How many are wanted.</param>
    /// <returns>The best first: point, what the engine expects, and its gain.</returns>
    public static ImmutableArray<(Point Point, Prediction Expected, double Gain)> Best(SurrogateExport export, IReadOnlyList<Point> candidates, Func<Prediction, double> gain, int count)
    {
        var surrogate = export.Surrogate;
        // Twice as many as are wanted go on, so that rounding in the host cannot drop one of them.
        var foremost = new PriorityQueue<int, double>();
        Score(export.Model, export.Mean, export.Sd, candidates, (k, mean, sd) =>
        {
            foremost.Enqueue(k, gain(new Prediction(mean, sd)));
            if (foremost.Count > 2 * count) foremost.Dequeue();
        });
        return
        [
            .. foremost.UnorderedItems.Select(item => item.Element).Order()
                .Select(k => (Point: candidates[k], Expected: surrogate.Predict(candidates[k])))
                .Select(one => (one.Point, one.Expected, Gain: gain(one.Expected)))
                .OrderByDescending(one => one.Gain).Take(count),
        ];
    }

    /// <summary>Mean and standard deviation of each point, batch by batch, on the calling thread.</summary>
    internal static void Score(LoadedModel model, string mean, string sd, IReadOnlyList<Point> points, Action<int, double, double> take)
    {
        var most = model.BatchRows[^1];
        using var lease = model.Rent();
        for (var first = 0; first < points.Count; first += most)
        {
            var rows = Math.Min(most, points.Count - first);
            var binding = lease.Model.Bind(rows);
            for (var d = 0; d < model.Card.Inputs.Length; d++)
            {
                var column = binding.Input(model.Card.Inputs[d].Name);
                for (var k = 0; k < rows; k++) column[k] = (float)points[first + k][d];
            }

            binding.Run();
            var (means, sds) = (binding.Output(mean).ToArray(), binding.Output(sd).ToArray());
            for (var k = 0; k < rows; k++) take(first + k, means[k], sds[k]);
        }
    }
}
