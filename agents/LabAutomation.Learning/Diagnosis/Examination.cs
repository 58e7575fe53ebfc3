using System.Collections.Immutable;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Makes a <see cref="StudyDiagnosis"/>.</summary>
internal static class Examination
{
    /// <summary>Parameters of a smaller total index have no curve of their own, nor have more than a page holds.</summary>
    private const double Noticeable = 0.01;

    private const int MostCurves = 6;

    /// <param name="problem">As it was opened.</param>
    /// <param name="within">Its space with the contexts held.</param>
    public static StudyDiagnosis Of(StudyProblem problem, SearchSpace within, ImmutableArray<StudyTrial> trials, DiagnosisQuestion question)
    {
        Check(problem, question);
        var health = HealthCheck.OfProblem(problem, trials.Length, question.Remaining).AddRange(HealthCheck.OfTrials(problem, trials));
        int[] numbers = [.. Enumerable.Range(1, trials.Length).Where(number => trials[number - 1].Values is not null)];
        if (numbers.Length == 0) return new StudyDiagnosis(HealthCheck.Ranked(health), [], null, null);
        if (numbers.Length == 1)
            return new StudyDiagnosis(HealthCheck.Ranked(health), [], null, Stopping.TooEarly("one measured trial is too few to say", question));

        var (told, asked) = (StudyEngine.Told(problem, trials) with { Space = within }, StudyEngine.Asked(within));
        var models = StudyModels.Fit(told, trials, new TrialLog(asked, StudyEngine.History(problem, trials), []));
        var recommended = Recommended(told with { Space = problem.Space }, trials, asked);
        ImmutableArray<QuantityDiagnosis> quantities =
            [.. told.Measured.Select((name, q) => Quantity(name, models.Quantities[q], q < problem.Objectives.Length ? problem.Objectives[q].Sign : 1, recommended, [.. numbers.Where(number => trials[number - 1].Value(name) is not null)],
                q < problem.Objectives.Length ? problem.NoiseSd : problem.Noise.IsNone ? 0 : null, models.Seed))];
        health = health.AddRange(ModelHealth.Of(told, trials, models, quantities, recommended));
        return new StudyDiagnosis(HealthCheck.Ranked(health), quantities, recommended, StudyEngine.Untold(problem, trials) is { } untold
            ? Stopping.TooEarly($"'{untold}' has a limit and was never measured", question)
            : Stopping.Of(problem with { Space = within }, trials, models, recommended, question, [.. quantities.Take(problem.Objectives.Length).Select(one => one.Calibration)]));
    }

    private static QuantityDiagnosis Quantity(string name, GaussianProcess model, double sign, Point recommended, IReadOnlyList<int> numbers, double? noiseSd, int seed)
    {
        var importance = Sensitivity.Of(model, seed);
        var slices = new Slices(model, sign, recommended);
        int[] ranked = [.. importance.Ranked.Select(one => Array.FindIndex([.. model.Space.Dimensions], dimension => dimension.Name == one.Name))];
        int[] noticed = [.. ranked.Where((d, k) => k == 0 || importance.Parameters.First(one => one.Name == model.Space.Dimensions[d].Name).Total >= Noticeable).Take(MostCurves)];
        var noise = MeasurementDoubt.Sd(model, noiseSd, model.Predict(recommended).Mean);
        return new QuantityDiagnosis(name, $"{model.Kernel}, {model.Warp}", noise, CalibrationTest.Of(model, sign, numbers), importance,
            [.. noticed.Select(slices.Curve)], ranked.Length > 1 ? slices.Map(ranked[0], ranked[1]) : null);
    }

    /// <summary>What the study would choose now; of several trades the one nearest to being best in everything.</summary>
    private static Point Recommended(StudyProblem problem, ImmutableArray<StudyTrial> trials, SearchSpace space)
    {
        try
        {
            var concluded = new Conclusions(problem, trials, space);
            if (problem.Objectives is [_]) return concluded.Best().Point;
            var trades = concluded.Front().Trades;
            double[][] costs = [.. trades.Select(trade => trade.Expected.Select((expected, m) => problem.Objectives[m].Sign * expected.Mean).ToArray())];
            var (low, high) = (Ends(costs, Enumerable.Min), Ends(costs, Enumerable.Max));
            return trades[Enumerable.Range(0, costs.Length).MinBy(i => costs[i].Select((cost, m) => high[m] > low[m] ? (cost - low[m]) / (high[m] - low[m]) : 0).Sum(part => part * part))].Point;
        }
        catch (StudyException)
        {
            // No trial keeps constraints and limits: the one that breaks the fewest stands in.
            return space.Within(trials.Where(trial => trial.Values is not null)
                .MinBy(trial => problem.Outcomes.Count(limit => !limit.Holds(trial.Value(limit.Name))) + (space.KeepsRules(space.Within(trial.Point)) ? 0 : 100))!.Point);
        }
    }

    private static double[] Ends(double[][] costs, Func<IEnumerable<double>, double> end) => [.. Enumerable.Range(0, costs[0].Length).Select(m => end(costs.Select(cost => cost[m])))];

    private static void Check(StudyProblem problem, DiagnosisQuestion question)
    {
        if (question.Goal is not null && problem.Objectives is not [{ Aim: Aim.Minimise or Aim.Maximise }])
            throw new StudyException("a goal is a value of the one objective that is minimised or maximised; this study has another aim, so leave the goal out");
        if (!(question.Confidence is > 0.5 and < 1)) throw new StudyException($"the confidence is {question.Confidence}; it lies above 0.5 and below 1");
        if (question.Tolerance is { } tolerance && !(tolerance > 0 && double.IsFinite(tolerance))) throw new StudyException($"the tolerance is {tolerance}; it is a finite number above 0");
        if (question.Remaining < 0) throw new StudyException($"{question.Remaining} trials remain; it is 0 or more");
        if (question.Goal is { } goal && !double.IsFinite(goal)) throw new StudyException($"the goal is {goal}; it is a finite number");
    }
}
