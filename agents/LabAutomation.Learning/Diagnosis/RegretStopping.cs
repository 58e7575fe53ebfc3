using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>One quantity that is minimised, maximised or brought to a target.</summary>
internal static class RegretStopping
{
    private const int Candidates = 400, Draws = 512, NoisePurpose = 27;
    private const double RangeShare = 0.01;

    public static StoppingVerdict Of(StudyProblem problem, StudyModels models, Point recommended, DiagnosisQuestion question)
    {
        var (model, objective, rougher) = (models.Quantities[0], problem.Objectives[0], models.Rougher(Stopping.Caution));
        var target = (objective.Aim as Aim.Reach)?.Target;
        double Cost(double value) => target is { } wanted ? Math.Abs(value - wanted) : value;
        double Bound(double mean, double sd, double optimism) => target is { } wanted
            ? Math.Abs(mean - model.Scale.Output(wanted)) - optimism * sd
            : mean - optimism * sd;
        Point[] tried = [.. model.Observations.Select(observation => model.Space.Within(observation.Point)).Where(point => model.Space.KeepsRules(point) && model.Space.IsRow(point))];
        var points = DrawnStudy.Safe(models, LikelyOptima.Of(rougher.Quantities[0], recommended, tried, Candidates, models.Seed, Bound));
        var drawn = DrawnStudy.Of(problem, rougher, points, Draws);
        var home = model.Predict(recommended);
        var noise = MeasurementDoubt.Sd(model, problem.NoiseSd, home.Mean);
        var tolerance = question.Tolerance ?? Math.Max(noise, RangeShare * Stopping.Range(model, Cost));

        var (within, kept, regret) = (0, 0, 0.0);
        var (best, gains) = (new double[drawn.Draws], new double[points.Length]);
        for (var draw = 0; draw < drawn.Draws; draw++)
        {
            var costs = drawn.Values[0][draw];
            var here = drawn.Keeps(draw, 0) ? Cost(costs[0]) : double.PositiveInfinity;
            best[draw] = double.PositiveInfinity;
            for (var i = 0; i < costs.Length; i++)
            {
                if (!drawn.Keeps(draw, i)) continue;
                var cost = Cost(costs[i]);
                best[draw] = Math.Min(best[draw], cost);
                if (cost < here && here < double.PositiveInfinity) gains[i] += (here - cost) / drawn.Draws;
            }
            if (double.IsInfinity(here)) continue;
            kept++;
            regret += here - best[draw];
            if (here - best[draw] <= tolerance) within++;
        }
        var verdict = new StoppingVerdict(StoppingDecision.GoOn, "")
        {
            Tolerance = tolerance, Confidence = question.Confidence, WithinTolerance = (double)within / drawn.Draws, ExpectedRegret = kept > 0 ? regret / kept : null,
            NextGain = gains.Max(), NoiseSd = noise,
        };
        if (question.Goal is { } goal && target is null) verdict = WithGoal(verdict, problem, models, drawn, best, objective.Sign * goal, question.Remaining);
        return Decided(verdict, objective, question, best, Gained(problem, models, home.Mean, Cost));
    }

    /// <summary>
    /// By how much the recommended place is better than the best of the trials before the last few, in the order of telling: what the last ones have bettered the next ones may better, too, whatever the model says.
    /// </summary>
    private static (int Trials, double Gain) Gained(StudyProblem problem, StudyModels models, double home, Func<double, double> cost)
    {
        var (model, last) = (models.Quantities[0], GaussianProcessOptimiser.FirstTrials(models.Log.Space.Dimensions.Length - models.Log.Space.Held.Count));
        Point[] earlier = [.. model.Transfer.Own.SkipLast(last).Where(i => !model.Doubts.Contains(i)).Select(i => model.Space.Within(model.Observations[i].Point)).Where(point => model.Space.KeepsRules(point) && model.Space.IsRow(point)).Distinct()];
        for (var k = 0; k < problem.Outcomes.Length && earlier.Length > 0; k++)
            earlier = [.. earlier.Zip(models.Quantities[problem.Objectives.Length + k].Predict(earlier)).Where(pair => problem.Outcomes[k].Holds(pair.Second.Mean)).Select(pair => pair.First)];
        return (last, earlier.Length == 0 ? double.PositiveInfinity : model.Predict(earlier).Min(one => cost(one.Mean)) - cost(home));
    }

    private static StoppingVerdict WithGoal(StoppingVerdict verdict, StudyProblem problem, StudyModels models, DrawnStudy drawn, double[] best, double goal, int? remaining)
    {
        verdict = verdict with { GoalReachable = (double)best.Count(cost => cost <= goal) / best.Length };
        if (remaining is not { } trials) return verdict;
        // Chosen by one half of the draws and judged by the other, so that the choice is not praised by what it was made from.
        var model = models.Quantities[0];
        var (stream, half, level) = (new RandomStream(models.Seed, NoisePurpose), drawn.Draws / 2, model.Scale.Output(goal));
        var sd = Math.Sqrt(problem.Noise.IsNone ? 0 : model.Noise);
        var reaches = new bool[drawn.Draws][];
        var noise = new double[drawn.Points.Length];
        for (var draw = 0; draw < drawn.Draws; draw++)
        {
            NormalDraws.Fill(stream, noise);
            reaches[draw] = [.. drawn.Values[0][draw].Select((cost, i) => drawn.Keeps(draw, i) && model.Scale.Output(cost) + sd * noise[i] <= level)];
        }
        // Draws of one member of the model lie together; even and odd ones are alike.
        var (open, covered) = (Enumerable.Range(0, half).Select(k => 2 * k).ToHashSet(), Enumerable.Range(0, half).Select(k => 2 * k + 1).ToHashSet());
        var reached = 0;
        for (var k = 0; k < trials && open.Count > 0 && covered.Count > 0; k++)
        {
            var most = Enumerable.Range(0, drawn.Points.Length).MaxBy(i => open.Count(draw => reaches[draw][i]));
            if (open.RemoveWhere(draw => reaches[draw][most]) == 0) break;
            reached += covered.RemoveWhere(draw => reaches[draw][most]);
        }
        return verdict with { GoalWithinBudget = (double)reached / half };
    }

    private static StoppingVerdict Decided(StoppingVerdict verdict, Objective objective, DiagnosisQuestion question, double[] best, (int Trials, double Gain) lately)
    {
        var goal = verdict.GoalReachable is { } reachable
            ? Stopping.Text($"the goal of {question.Goal:G4} can be reached with probability {reachable:F2}")
                + (verdict.GoalWithinBudget is { } soon ? Stopping.Text($", within the {question.Remaining} trials that are left with {soon:F2} or more") : "")
            : null;
        if (verdict.GoalReachable < 1 - question.Confidence)
        {
            double[] ends = [.. best.Where(double.IsFinite).Select(cost => objective.Sign * cost).Order()];
            var range = ends.Length > 0 ? Stopping.Text($"the best there is lies between {ends[(int)(0.05 * (ends.Length - 1))]:G3} and {ends[(int)(0.95 * (ends.Length - 1))]:G3} with probability 0.90") : "no place is likely to keep the limits";
            return verdict with
            {
                Decision = StoppingDecision.GoalOutOfReach,
                Reason = Stopping.Text($"the goal of {question.Goal:G4} cannot be reached with probability {1 - verdict.GoalReachable:F2}: {range}"),
            };
        }
        var gain = Stopping.Text($"the best next trial promises {verdict.NextGain:G2}, and one measurement is good to ± {verdict.NoiseSd:G2}");
        var sure = verdict.WithinTolerance >= question.Confidence;
        var settled = lately.Gain <= verdict.Tolerance;
        var regret = sure
            ? Stopping.Text($"the recommended point is within {verdict.Tolerance:G2} of the best there is with probability {verdict.WithinTolerance:F2} ({question.Confidence:G3} is asked for)")
            : Stopping.Text($"something better than the recommended point by more than {verdict.Tolerance:G2} is there with probability {1 - verdict.WithinTolerance:F2}");
        // A goal that has not been reached and can be is worth going on for, however little there is to gain.
        return verdict with
        {
            Decision = sure && settled && goal is null ? StoppingDecision.MayStop : StoppingDecision.GoOn,
            Reason = (goal is null ? "" : $"{goal}; ") + $"{regret}; {gain}" + (sure && !settled && goal is null ? $"; but the last {lately.Trials} trials have bettered the best by more than that, so the next ones may, too" : ""),
        };
    }
}
