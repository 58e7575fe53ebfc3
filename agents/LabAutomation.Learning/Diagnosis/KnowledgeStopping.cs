using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>A quantity that is to be known: where it is above a level, or everywhere.</summary>
internal static class KnowledgeStopping
{
    private const int Places = 1024, Draws = 256, PlacePurpose = 28, DrawPurpose = 29;
    private const double RangeShare = 0.05, WrongShare = 0.02;

    public static StoppingVerdict Of(StudyProblem problem, StudyModels models, DiagnosisQuestion question)
    {
        var model = models.Quantities[0];
        var places = SensitivityDesign.Spread(model.Space, model.Cube, Places, (int)new RandomStream(models.Seed, PlacePurpose).NextBits());
        var expected = model.Predict(places);
        return problem.Objectives[0].Aim is Aim.FindLevel level ? OfLevel(model.Rougher(Stopping.Caution), places, level.Threshold, models.Seed, question) : OfSurface(model, expected, question);
    }

    private static StoppingVerdict OfSurface(GaussianProcess model, IReadOnlyList<Prediction> expected, DiagnosisQuestion question)
    {
        var tolerance = question.Tolerance ?? RangeShare * Stopping.Range(model, value => value);
        var known = expected.Count(one => one.Sd <= tolerance) / (double)expected.Count;
        var worst = expected.Max(one => one.Sd);
        var sure = known >= question.Confidence;
        return new StoppingVerdict(sure ? StoppingDecision.MayStop : StoppingDecision.GoOn, Stopping.Text(
            $"the quantity is known to ± {tolerance:G2} or better in {100 * known:F0} % of the space ({100 * question.Confidence:F0} % is asked for), and to ± {worst:G2} where it is known least"))
        {
            Tolerance = tolerance, Confidence = question.Confidence, WithinTolerance = known, ExpectedRegret = expected.Average(one => one.Sd),
        };
    }

    private static StoppingVerdict OfLevel(GaussianProcess model, Point[] places, double threshold, int seed, DiagnosisQuestion question)
    {
        var tolerance = question.Tolerance ?? WrongShare;
        var level = model.Scale.Output(threshold);
        var rows = model.Encode(places);
        var means = new double[places.Length];
        model.Posterior.Predict(rows, means, new double[means.Length]);
        var (within, sum, draws) = (0, 0.0, 0);
        foreach (var (posterior, count, number) in Shares.Of(model, Draws))
            foreach (var outputs in posterior.PathDraws(rows, count, new RandomStream(seed, DrawPurpose, number)))
            {
                var wrong = outputs.Where((output, i) => output > level != means[i] > level).Count() / (double)places.Length;
                (draws, sum, within) = (draws + 1, sum + wrong, within + (wrong <= tolerance ? 1 : 0));
            }
        var chance = (double)within / draws;
        var sure = chance >= question.Confidence;
        return new StoppingVerdict(sure ? StoppingDecision.MayStop : StoppingDecision.GoOn, Stopping.Text(
            $"the model has about {100 * sum / draws:F1} % of the space on the wrong side of {threshold:G4}, and {100 * tolerance:G2} % or less with probability {chance:F2} ({question.Confidence:G3} is asked for)"))
        {
            Tolerance = tolerance, Confidence = question.Confidence, WithinTolerance = chance, ExpectedRegret = sum / draws,
        };
    }
}
