using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Learning.Sessions;

/// <summary>A chosen point with what the models expect there and why it was chosen.</summary>
/// <param name="whole">The problem as it was opened.</param>
/// <param name="problem">Without the outcomes of which nothing was measured, as the models have it.</param>
internal sealed class Explanation(StudyProblem whole, StudyProblem problem, StudyModels models, Worth worth, ImmutableArray<StudyTrial> trials)
{
    /// <summary>A parameter is named where its share of what makes points different is at least this.</summary>
    private const double Noticeable = 0.1;

    private ImmutableArray<Prediction> _expected;

    public Proposal Of((Point Point, double Score) chosen, bool isRepeated)
    {
        var point = FidelityChoice.For(models, chosen.Point);
        _expected = Expected(chosen.Point);
        var chance = 1.0;
        if (worth.Chance is { } success)
        {
            Span<double> log = stackalloc double[1];
            success.Score(models.Quantities[0].Encode([point]), log);
            chance = Math.Exp(Math.Min(0, log[0]));
        }
        var reason = (isRepeated ? Again(chosen.Point) : Why(chosen.Point)) + Chances(chance) + ModelName() + Cheaper(chosen.Point, point) + Unknown();
        return new Proposal(0, point, Whole(point.Equals(chosen.Point) ? _expected : Expected(point)), chance, chosen.Score, reason) { Nearest = Nearest(point), Matters = Matters() };
    }

    /// <summary>Per quantity of the models.</summary>
    private ImmutableArray<Prediction> Expected(Point point) => [.. models.Quantities.Select((model, m) => model.Predict(point) is var costs && m < problem.Objectives.Length
        ? costs with { Mean = problem.Objectives[m].Sign * costs.Mean } : costs)];

    /// <summary>With no numbers for outcomes of which there is no model.</summary>
    private ImmutableArray<Prediction> Whole(ImmutableArray<Prediction> expected)
    {
        if (problem.Outcomes.Length == whole.Outcomes.Length) return expected;
        var known = problem.Measured.Zip(expected).ToDictionary(pair => pair.First, pair => pair.Second);
        return [.. whole.Measured.Select(name => known.TryGetValue(name, out var one) ? one : new Prediction(double.NaN, double.NaN))];
    }

    /// <summary>That the trial is made at another fidelity than the one that counts, of which the rest of the reason speaks.</summary>
    private string Cheaper(Point chosen, Point asked) => chosen.Equals(asked) ? "" : string.Concat(Enumerable.Range(0, problem.Space.Dimensions.Length)
        .Where(d => problem.Space.Dimensions[d] is FidelityDimension && chosen[d] != asked[d])
        .Select(d => Format($"; tried at '{problem.Space.Dimensions[d].Name}' = {asked[d]:G6}, which teaches more of {chosen[d]:G6} for its cost")));

    private string Unknown() => whole.Outcomes.FirstOrDefault(limit => !problem.Outcomes.Contains(limit)) is { } untold ? $"; '{untold.Name}' has a limit and was never told, so nothing is known of it" : "";

    private string Why(Point point)
    {
        if (!worth.HasFeasible) return "no trial is known to keep the limits, and this one is likeliest to";
        var first = _expected[0];
        return problem.Objectives is not [{ } only]
            ? $"adds most to the trade-offs known; expected {string.Join(", ", problem.Objectives.Select((objective, m) => $"{objective.Name} {Number(_expected[m])}"))}"
            : only.Aim switch
            {
                Aim.Reach reach => Format($"expected {Number(first)}, the target is {reach.Target:G4}"),
                Aim.FindLevel level => Format($"expected {Number(first)}, where it is least known on which side of {level.Threshold:G4} it lies"),
                Aim.Learn => Format($"expected {Number(first)}; a measurement here says most about the whole space"),
                _ => Gain(only, point),
            };
    }

    /// <summary>Gains and losses, so that it reads right for a quantity that is maximised, whose cost has the other sign.</summary>
    private string Gain(Objective objective, Point point)
    {
        var model = models.Quantities[0];
        var gain = model.Scale.Believed(worth.LeastKnown) - objective.Sign * _expected[0].Mean;
        // What rounding leaves of equal values is no gain.
        if (Math.Abs(gain) <= 1e-9 * _expected[0].Sd) return Format($"expected as good as the best place known, ± {_expected[0].Sd:G2}");
        return Format($"expected {Math.Abs(gain):G3} {(gain >= 0 ? "better" : "worse")} than the best place known, ± {_expected[0].Sd:G2}");
    }

    private string Again(Point point)
    {
        var measured = trials.Count(trial => trial.Values is not null && trial.Point.Equals(point));
        return Format($"once more, to be sure (measured so far: {measured}, known to ± {_expected[0].Sd:G2})");
    }

    private string Chances(double chance) => worth.Chance is null ? "" : Format($", {(problem.Outcomes.IsEmpty ? "succeeds" : "keeps the limits")} with probability {chance:F2}");

    private string ModelName() => models.Quantities[0] is var model ? $" (model: {model.Kernel}, {model.Warp})" : "";

    private NearestTrial? Nearest(Point point)
    {
        var cube = models.Log.Cube;
        var (wanted, row) = (new double[cube.Width], new double[cube.Width]);
        cube.Encode(point, wanted);
        NearestTrial? nearest = null;
        for (var i = 0; i < trials.Length; i++)
        {
            cube.Encode(trials[i].Point, row);
            var distance = System.Numerics.Tensors.TensorPrimitives.Distance(wanted, row);
            if (nearest is null || distance < nearest.Distance) nearest = new NearestTrial(i + 1, distance);
        }
        return nearest;
    }

    private ImmutableArray<string> Matters()
    {
        var model = models.Quantities[0];
        double[] weights = [.. model.LengthScales.Select((length, d) => models.Log.Space.Held.ContainsKey(d) ? 0 : 1 / (length * length))];
        var total = weights.Sum();
        return total > 0
            ? [.. Enumerable.Range(0, weights.Length).Where(d => weights[d] >= Noticeable * total).OrderByDescending(d => weights[d]).Select(d => problem.Space.Dimensions[d].Name)]
            : [];
    }

    private static string Number(Prediction expected) => Format($"{expected.Mean:G4} ± {expected.Sd:G2}");

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
