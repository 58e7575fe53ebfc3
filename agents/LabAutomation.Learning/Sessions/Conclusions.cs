using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>What a study has come to in the part of the space that is asked about: tasks at the target, fidelities at the highest, contexts at what was read.</summary>
/// <param name="problem">As it was opened: its space holds no context.</param>
/// <param name="space">The part that is asked about.</param>
internal sealed class Conclusions(StudyProblem problem, ImmutableArray<StudyTrial> trials, SearchSpace space)
{
    private const int Looked = 1024, LookedSeed = 5;
    private const double Sure = 1.6448536269514722;

    /// <summary>
    /// Where measurements judge and not the model: of exact values, where some were made in this part. What was read is hardly ever read again, so that under a context the model has to say
    /// what trials under other ones come to; an exact one agrees with all measurements.
    /// </summary>
    private bool IsMeasured => problem.Noise.IsNone && problem.Space.Rules.Contexts.IsEmpty;

    /// <summary>Without noise the best measurement; with noise the measured point of which the model expects most.</summary>
    /// <exception cref="StudyException">Nothing was measured yet where the constraints and limits hold.</exception>
    public Recommendation Best()
    {
        var objective = problem.Objectives[0];
        var (kept, points) = Places();
        var best = kept.MinBy(trial => Cost(objective, trial.Values![objective.Name]));
        var expected = Model(objective).Predict(points);
        var chosen = IsMeasured && best is not null
            ? Array.IndexOf(points, best.Point)
            : Enumerable.Range(0, points.Length).MinBy(k => Cost(objective, objective.Sign * expected[k].Mean));
        double[] values = [.. kept.Where(trial => trial.Point.Equals(points[chosen])).Select(trial => trial.Values![objective.Name])];
        return new Recommendation(points[chosen], [Turned(objective, expected[chosen])], values.Length > 0 ? [values.Average()] : [], values.Length, best);
    }

    /// <exception cref="StudyException">Nothing was measured yet where the constraints and limits hold.</exception>
    public TradeFront Front()
    {
        var (kept, points) = Places();
        var measured = kept.ToLookup(trial => trial.Point);
        var expected = problem.Objectives.Select(objective => Model(objective).Predict(points)).ToArray();
        // Under noise a lucky measurement is no trade: the model says what holds. So it does where nothing was measured at the place itself.
        double[][] judged = IsMeasured && kept.Length > 0
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

    /// <exception cref="StudyException">Nothing was measured yet where the constraints and limits hold.</exception>
    public SpaceKnowledge Knowledge()
    {
        _ = Places();
        IReadOnlyList<Point> places = space.Pool is { } pool ? [.. pool.Where(space.KeepsRules)] : SpaceFilling.Candidates(space, new UnitCube(space), Looked, LookedSeed);
        var expected = Model(problem.Objectives[0]).Predict(places);
        var level = (problem.Objectives[0].Aim as Aim.FindLevel)?.Threshold;
        return new SpaceKnowledge(expected.Average(one => one.Sd), expected.Max(one => one.Sd),
            level is null ? null : expected.Average(one => one.Mean - Sure * one.Sd > level ? 1.0 : 0), level is null ? null : expected.Average(one => one.Mean + Sure * one.Sd < level ? 1.0 : 0));
    }

    /// <summary>
    /// The trials of this part that keep the limits, and the places in it to choose from: theirs; under a context, and where there are none, also what the points of other
    /// trials come to here, so far as the limits are expected to hold there.
    /// </summary>
    /// <exception cref="StudyException">There is no such place.</exception>
    private (StudyTrial[] Kept, Point[] Points) Places()
    {
        var measured = Measured();
        StudyTrial[] there = [.. measured.Where(trial => space.KeepsRules(trial.Point))];
        StudyTrial[] kept = [.. there.Where(trial => problem.Outcomes.All(limit => limit.Holds(trial.Value(limit.Name))))];
        Point[] points = [.. kept.Select(trial => trial.Point).Distinct()];
        if (points.Length == 0 || !problem.Space.Rules.Contexts.IsEmpty) points = [.. points, .. Elsewhere(measured, there)];
        if (points.Length > 0) return (kept, points);
        throw new StudyException(there.Length > 0 || measured.Select(trial => space.Within(trial.Point)).Any(IsPlace)
            ? $"no measured trial keeps the limits on {string.Join(", ", problem.Outcomes.Select(limit => $"'{limit.Name}'"))} yet; ask for more trials, or widen the limits"
            : $"no measured trial is at a place that {(space.Pool is null ? "satisfies the constraints" : "is a candidate")} with {Feasibility.Said(space)}, where the best is sought; ask for more trials");
    }

    /// <summary>The points of trials made under other contexts, and where there are none of other tasks and fidelities, brought to this part of the space.</summary>
    private IEnumerable<Point> Elsewhere(StudyTrial[] measured, StudyTrial[] there)
    {
        var counted = StudyEngine.Asked(problem.Space);
        StudyTrial[] alike = [.. measured.Where(trial => counted.KeepsRules(trial.Point))];
        var known = there.Select(trial => trial.Point).ToHashSet();
        Point[] places = [.. (alike.Length > there.Length ? alike : measured).Select(trial => space.Within(trial.Point)).Where(point => IsPlace(point) && !known.Contains(point)).Distinct()];
        if (places.Length == 0 || problem.Outcomes.IsEmpty) return places;
        var expected = problem.Outcomes.Select(limit => StudyModels.OfOutcome(problem, limit, space, trials, problem.Seed).Predict(places)).ToArray();
        return places.Where((_, i) => problem.Outcomes.Zip(expected).All(pair => pair.First.Holds(pair.Second[i].Mean)));
    }

    private bool IsPlace(Point point) => space.KeepsRules(point) && space.IsRow(point);

    private StudyTrial[] Measured()
    {
        var measured = trials.Where(trial => trial.Values is not null).ToArray();
        if (measured.Length == 0) throw new StudyException("nothing was measured yet; tell a trial with its values first");
        measured = [.. measured.Where(trial => problem.Space.KeepsRules(trial.Point))];
        if (measured.Length == 0) throw new StudyException("no measured trial satisfies the constraints yet");
        measured = [.. measured.Where(trial => problem.Space.IsRow(trial.Point))];
        if (measured.Length == 0) throw new StudyException("no candidate was measured yet; what was measured beside them teaches, and is never recommended");
        return StudyEngine.Untold(problem, trials) is { } untold
            ? throw new StudyException($"'{untold}' has a limit and no trial has told it yet, so none is known to keep it; tell '{untold}' beside '{problem.Objectives[0].Name}'")
            : measured;
    }

    private GaussianProcess Model(Objective objective) => StudyModels.OfObjective(problem, objective, space, trials, problem.Seed);

    private static double Cost(Objective objective, double value) => objective.Aim is Aim.Reach reach ? Math.Abs(value - reach.Target) : objective.Sign * value;

    private static Prediction Turned(Objective objective, Prediction cost) => cost with { Mean = objective.Sign * cost.Mean };
}
