using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Several objectives: how much hypervolume there is beyond that of the trades known.</summary>
internal static class TradeStopping
{
    private const int SpreadPurpose = 30;
    private const double VolumeShare = 0.02;

    public static StoppingVerdict Of(StudyProblem problem, StudyModels models, DiagnosisQuestion question)
    {
        var count = problem.Objectives.Length;
        // Volumes of three and four objectives cost the square and the cube of the trades.
        var (candidates, draws) = count == 2 ? (256, 256) : count == 3 ? (96, 96) : (48, 48);
        var model = models.Quantities[0];
        Point[] tried = [.. model.Observations.Select(observation => model.Space.Within(observation.Point)).Where(point => model.Space.KeepsRules(point) && model.Space.IsRow(point)).Distinct()];
        if (tried.Length == 0) return Stopping.TooEarly("no measured trial satisfies the constraints yet", question);
        var means = models.Quantities.Take(count).Select(one => one.Predict(tried)).ToArray();
        var front = Hypervolume.Front([.. tried.Select((_, i) => means.Select(mean => mean[i].Mean).ToArray())]).Select(i => tried[i]).ToArray();
        var worth = Worth.Of(problem, models);
        var points = DrawnStudy.Safe(models, [.. front.Concat(Promising(models, worth, candidates)).Distinct()]);
        var drawn = DrawnStudy.Of(problem, models, points, draws);
        var isKnown = points.Select(front.Contains).ToArray();
        double[][] judged = [.. tried.Select((_, i) => means.Select(mean => mean[i].Mean).ToArray())];
        var inferred = Hypervolume.InferredReference(judged);
        double[] reference = [.. problem.Objectives.Select((objective, m) => objective.Reference is { } given ? objective.Sign * given : inferred[m])];

        var tolerance = question.Tolerance ?? VolumeShare;
        var (within, missing) = (0, 0.0);
        for (var draw = 0; draw < drawn.Draws; draw++)
        {
            double[][] costs = [.. points.Select((_, i) => Enumerable.Range(0, count).Select(m => drawn.Values[m][draw][i]).ToArray())];
            int[] kept = [.. Enumerable.Range(0, points.Length).Where(i => drawn.Keeps(draw, i))];
            var known = Volume([.. kept.Where(i => isKnown[i]).Select(i => costs[i])], reference);
            var all = Volume([.. kept.Select(i => costs[i])], reference);
            var share = all > 0 ? 1 - known / all : 0;
            missing += share / drawn.Draws;
            if (all > 0 && share <= tolerance) within++;
        }
        var chance = (double)within / drawn.Draws;
        var sure = chance >= question.Confidence;
        return new StoppingVerdict(sure ? StoppingDecision.MayStop : StoppingDecision.GoOn, Stopping.Text(
            $"the trades known have all but {100 * missing:F1} % of the hypervolume that can be expected, and lack {100 * tolerance:G2} % or less with probability {chance:F2} ({question.Confidence:G3} is asked for)"))
        {
            Tolerance = tolerance, Confidence = question.Confidence, WithinTolerance = chance, ExpectedRegret = missing,
        };
    }

    private static double Volume(double[][] costs, double[] reference) => costs.Length == 0 ? 0 : Hypervolume.Of(Hypervolume.Front(costs).Select(i => costs[i]), reference);

    /// <summary>Where the engine expects most gain.</summary>
    private static IEnumerable<Point> Promising(StudyModels models, Worth worth, int count)
    {
        var model = models.Quantities[0];
        var spread = SensitivityDesign.Spread(model.Space, model.Cube, 2048, (int)new RandomStream(models.Seed, SpreadPurpose).NextBits());
        var scores = new double[spread.Length];
        worth.Acquisition.Score(model.Encode(spread), scores);
        return Enumerable.Range(0, spread.Length).OrderByDescending(i => scores[i]).Take(count).Select(i => spread[i]);
    }
}
