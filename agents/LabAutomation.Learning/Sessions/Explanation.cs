using System.Collections.Immutable;
using System.Globalization;

namespace LabAutomation.Learning.Sessions;

/// <summary>A chosen point with what the models expect there and why it was chosen.</summary>
internal sealed class Explanation(StudyProblem problem, StudyModels models, Worth worth, ImmutableArray<StudyTrial> trials)
{
    /// <summary>A parameter is named where its share of what makes points different is at least this.</summary>
    private const double Noticeable = 0.1;

    private ImmutableArray<Prediction> _expected;

    public Proposal Of((Point Point, double Score) chosen, bool isRepeated)
    {
        var point = FidelityChoice.For(models, chosen.Point);
        _expected = [.. models.Quantities.Select((model, m) => model.Predict(chosen.Point) is var costs && m < problem.Objectives.Length
            ? costs with { Mean = problem.Objectives[m].Sign * costs.Mean } : costs)];
        var chance = 1.0;
        if (worth.Chance is { } success)
        {
            Span<double> log = stackalloc double[1];
            success.Score(models.Quantities[0].Encode([chosen.Point]), log);
            chance = Math.Exp(Math.Min(0, log[0]));
        }
        var reason = (isRepeated ? Again(chosen.Point) : Why(chosen.Point)) + Chances(chance) + ModelName();
        return new Proposal(0, point, _expected, chance, chosen.Score, reason) { Nearest = Nearest(chosen.Point), Matters = Matters() };
    }

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
