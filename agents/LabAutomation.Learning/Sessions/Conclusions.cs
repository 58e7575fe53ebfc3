using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>What a study has come to so far.</summary>
internal static class Conclusions
{
    private const int Looked = 1024, LookedSeed = 5;
    private const double Sure = 1.6448536269514722;

    /// <summary>Without noise the best measurement; with noise the measured point of which the model expects most.</summary>
    /// <exception cref="StudyException">Nothing was measured yet where the constraints and limits hold.</exception>
    public static Recommendation Best(StudyProblem problem, ImmutableArray<StudyTrial> trials)
    {
        var objective = problem.Objectives[0];
        var (measured, there, points) = Places(problem, trials);
        var best = (there.Length > 0 ? there : measured).MinBy(trial => Cost(objective, trial.Values![objective.Name]))!;
        var expected = Model(problem, trials, objective).Predict(points);
        var chosen = problem.Noise.IsNone && there.Length > 0
            ? Array.IndexOf(points, best.Point)
            : Enumerable.Range(0, points.Length).MinBy(k => Cost(objective, objective.Sign * expected[k].Mean));
        double[] values = [.. measured.Where(trial => trial.Point.Equals(points[chosen])).Select(trial => trial.Values![objective.Name])];
        return new Recommendation(points[chosen], [Turned(objective, expected[chosen])], values.Length > 0 ? [values.Average()] : [], values.Length, best);
    }

    /// <exception cref="StudyException">Nothing was measured yet where the constraints and limits hold.</exception>
    public static TradeFront Front(StudyProblem problem, ImmutableArray<StudyTrial> trials)
    {
        var (_, there, points) = Places(problem, trials);
        var space = StudyEngine.Asked(problem.Space);
        var measured = there.ToLookup(trial => space.Within(trial.Point));
        var models = problem.Objectives.Select(objective => Model(problem, trials, objective)).ToArray();
        var expected = models.Select(model => model.Predict(points)).ToArray();
        // Under noise a lucky measurement is no trade: the model says what holds. So it does where nothing was measured at the place itself.
        double[][] judged = problem.Noise.IsNone && there.Length > 0
            ? [.. points.Select(point => problem.Objectives.Select(objective => objective.Sign * Observed(objective, point)).ToArray())]
            : [.. points.Select((_, i) => expected.Select(one => one[i].Mean).ToArray())];
        var front = Hypervolume.Front(judged);
        var inferred = Hypervolume.InferredReference(judged);
        double[] reference = [.. problem.Objectives.Select((objective, m) => objective.Reference is { } given ? objective.Sign * given : inferred[m])];
        return new TradeFront(
            [
                .. front.OrderBy(i => judged[i][0]).Select(i => new Trade(points[i],
                    [.. problem.Objectives.Select((objective, m) => Turned(objective, expected[m][i]))],
                    measured.Contains(points[i]) ? [.. problem.Objectives.Select(objective => Observed(objective, points[i]))] : [])),
            ],
            Hypervolume.Of(front.Select(i => judged[i]), reference), [.. problem.Objectives.Select((objective, m) => objective.Sign * reference[m])]);

        double Observed(Objective objective, Point point) => measured[point].Average(trial => trial.Values![objective.Name]);
    }

    /// <exception cref="StudyException">Nothing was measured yet.</exception>
    public static SpaceKnowledge Knowledge(StudyProblem problem, ImmutableArray<StudyTrial> trials)
    {
        _ = Kept(problem, trials);
        var space = StudyEngine.Asked(problem.Space);
        IReadOnlyList<Point> places = space.Pool is { } pool ? pool : SpaceFilling.Candidates(space, new UnitCube(space), Looked, LookedSeed);
        var expected = Model(problem, trials, problem.Objectives[0]).Predict(places);
        var level = (problem.Objectives[0].Aim as Aim.FindLevel)?.Threshold;
        return new SpaceKnowledge(expected.Average(one => one.Sd), expected.Max(one => one.Sd),
            level is null ? null : expected.Average(one => one.Mean - Sure * one.Sd > level ? 1.0 : 0), level is null ? null : expected.Average(one => one.Mean + Sure * one.Sd < level ? 1.0 : 0));
    }

    /// <summary>
    /// The trials that count, those of them in the part of the space that is asked about, and the places in that part to choose from: where there
    /// are such trials their points, else what the points of all come to there.
    /// </summary>
    /// <exception cref="StudyException">There is no such place.</exception>
    private static (StudyTrial[] Measured, StudyTrial[] There, Point[] Points) Places(StudyProblem problem, ImmutableArray<StudyTrial> trials)
    {
        var measured = Kept(problem, trials);
        var space = StudyEngine.Asked(problem.Space);
        var there = measured.Where(trial => space.KeepsRules(trial.Point)).ToArray();
        Point[] points = [.. (there.Length > 0 ? there : measured).Select(trial => space.Within(trial.Point)).Where(point => space.KeepsRules(point) && space.IsRow(point)).Distinct()];
        if (points.Length == 0) throw new StudyException($"no measured trial is at a place that {(space.Pool is null ? "satisfies the constraints" : "is a candidate")} with {Feasibility.Said(space)}, where the best is sought; ask for more trials");
        return (measured, there, points);
    }

    private static StudyTrial[] Kept(StudyProblem problem, ImmutableArray<StudyTrial> trials)
    {
        var measured = trials.Where(trial => trial.Values is not null).ToArray();
        if (measured.Length == 0) throw new StudyException("nothing was measured yet; tell a trial with its values first");
        measured = [.. measured.Where(trial => problem.Space.KeepsRules(trial.Point))];
        if (measured.Length == 0) throw new StudyException("no measured trial satisfies the constraints yet");
        measured = [.. measured.Where(trial => problem.Space.IsRow(trial.Point))];
        if (measured.Length == 0) throw new StudyException("no candidate was measured yet; what was measured beside them teaches, and is never recommended");
        if (StudyEngine.Untold(problem, trials) is { } untold)
            throw new StudyException($"'{untold}' has a limit and no trial has told it yet, so none is known to keep it; tell '{untold}' beside '{problem.Objectives[0].Name}'");
        StudyTrial[] kept = [.. measured.Where(trial => problem.Outcomes.All(limit => limit.Holds(trial.Value(limit.Name))))];
        return kept.Length > 0 ? kept : throw new StudyException(
            $"no measured trial keeps the limits on {string.Join(", ", problem.Outcomes.Select(limit => $"'{limit.Name}'"))} yet; ask for more trials, or widen the limits");
    }

    private static GaussianProcess Model(StudyProblem problem, ImmutableArray<StudyTrial> trials, Objective objective) => GaussianProcess.Fit(
        StudyEngine.Asked(problem.Space), [.. trials.Select(trial => trial.Of(objective.Name, objective.Sign))], problem.Seed, problem.NoiseSd, problem.Objectives is [{ Aim: not (Aim.Reach or Aim.Learn) }], StudyModels.IsMinimised(objective));

    private static double Cost(Objective objective, double value) => objective.Aim is Aim.Reach reach ? Math.Abs(value - reach.Target) : objective.Sign * value;

    private static Prediction Turned(Objective objective, Prediction cost) => cost with { Mean = objective.Sign * cost.Mean };
}
