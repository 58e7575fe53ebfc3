using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Findings about the space itself.</summary>
internal static class SpaceHealth
{
    private const int Places = 8192;
    private const double Tiny = 1e-3;

    /// <exception cref="ArgumentException">A dimension has no values or bounds in the wrong order.</exception>
    public static void Check(StudyProblem problem, FindingList findings)
    {
        var space = problem.Space;
        var cube = new UnitCube(space);
        for (var d = 0; d < space.Dimensions.Length; d++)
        {
            if (space.Held.ContainsKey(d) || space.Dimensions[d] is TaskDimension or FidelityDimension) continue;
            var name = $"parameter '{space.Dimensions[d].Name}'";
            if (UnitCube.ValuesOf(space.Dimensions[d]) == 1)
                findings.Note("constant-parameter", name, $"it has one value only, so nothing can be learnt of it", "leave it out, or give it a range");
            else if (space.Pool is { Length: > 0 } rows && rows.All(row => row[d] == rows[0][d]))
                findings.Note("constant-parameter", name, $"all {rows.Length} candidates have the same value", "leave it out, or offer candidates that differ in it");
        }
        if (space.Pool is { } pool) OfPool(space, pool, findings);
        else OfConstraints(space, cube, findings);
    }

    private static void OfPool(SearchSpace space, IReadOnlyList<Point> pool, FindingList findings)
    {
        var feasible = pool.Count(space.IsFeasible);
        if (feasible == 0) findings.Error("infeasible", "the candidates", $"none of {pool.Count} satisfies the constraints", "drop a constraint or offer other candidates");
        else if (feasible < pool.Count / 20) findings.Warning("small-feasible-share", "the candidates", $"{feasible} of {pool.Count} satisfy the constraints", "check that the constraints say what is meant");
        var distinct = pool.Distinct().Count();
        if (distinct < pool.Count) findings.Note("equal-candidates", "the candidates", $"{pool.Count - distinct} of {pool.Count} are equal to another one", "each counts once; leave the others out");
    }

    private static void OfConstraints(SearchSpace space, UnitCube cube, FindingList findings)
    {
        // What is met by construction is as easily met however little it leaves.
        var isMade = FeasibleDraw.IsNeeded(space, cube);
        var (found, places, place) = (0, new QuasiRandomPlaces(space.Dimensions.Length, seed: 1), new double[space.Dimensions.Length]);
        for (var k = 0u; k < Places && !isMade; k++)
        {
            places.Read(k, place);
            if (space.IsFeasible(cube.At(place))) found++;
        }
        if (found >= Tiny * Places) return;
        if (found == 0 && !HasFeasible(space, cube))
            findings.Error("infeasible", "the constraints", "no point of the space was found that satisfies them all",
                "widen the bounds or drop a constraint; chance never meets an equation that is not linear, so solve it for one parameter and leave that one out");
        else if (!isMade)
            findings.Warning("small-feasible-share", "the constraints", $"about {100.0 * found / Places:G2} % of the space satisfies them ({found} of {Places} places)", "narrow the bounds to the part that is meant, which is then searched as thoroughly as it deserves");
    }

    private static bool HasFeasible(SearchSpace space, UnitCube cube)
    {
        if (Catalogue.Of(space) is not { Count: <= 1 << 20 } all) return SpaceFilling.Candidates(space, cube, count: 1, seed: 1).Count > 0;
        for (var number = 0L; number < all.Count; number++)
            if (space.IsFeasible(all[number])) return true;
        return false;
    }
}

/// <summary>Findings about how many trials there can be.</summary>
internal static class BudgetHealth
{
    /// <summary>Trials for each thing to be learnt, beside the first ones, under which a model has seldom found much.</summary>
    private const int PerDimension = 3;

    /// <param name="budget">All trials, told ones included.</param>
    public static void Check(StudyProblem problem, int budget, FindingList findings)
    {
        var space = problem.Space;
        var free = Enumerable.Range(0, space.Dimensions.Length).Count(d => !space.Held.ContainsKey(d) && UnitCube.ValuesOf(space.Dimensions[d]) != 1);
        var first = GaussianProcessOptimiser.FirstTrials(free);
        if (Catalogue.Of(space) is { } all && all.Count <= budget)
            findings.Note("budget-covers-space", "the number of trials", $"{budget} trials are enough to try all {all.Count} points of the space", "a planner saves trials only where not all can be tried");
        else if (budget <= first)
            findings.Warning("small-budget", "the number of trials", $"{budget} trials for {free} parameters are all spread over the space, and none is chosen by what they teach", $"plan for {first + PerDimension * free} trials or more, or hold parameters that matter least");
        else if (budget < first + PerDimension * free)
            findings.Note("small-budget", "the number of trials", $"of {budget} trials for {free} parameters about {first} are spread over the space, which leaves {budget - first} to be chosen by what they teach", $"plan for {first + PerDimension * free} trials or more where the goal is not near");
        for (var d = 0; d < space.Dimensions.Length; d++)
            if (space.Dimensions[d] is CategoricalDimension { Descriptors.IsDefaultOrEmpty: true } choice && choice.Choices.Length > budget && space.Pool is null)
                findings.Warning("more-choices-than-trials", $"parameter '{choice.Name}'", $"it has {choice.Choices.Length} choices, of which {budget} trials can try no more than {budget}", "give descriptors of the choices, or offer fewer");
    }
}
