using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Findings about which parts of the space were tried.</summary>
internal static class CoverageHealth
{
    private const int Enough = 5;
    private const double Confounded = 0.99;

    public static void Check(StudyProblem problem, IReadOnlyList<StudyTrial> trials, FindingList findings)
    {
        if (trials.Count < Enough) return;
        var space = problem.Space;
        int[] free = [.. Enumerable.Range(0, space.Dimensions.Length).Where(d => !space.Held.ContainsKey(d) && UnitCube.ValuesOf(space.Dimensions[d]) != 1)];
        int[] varied = [.. free.Where(d => trials.Any(trial => trial.Point[d] != trials[0].Point[d]))];
        foreach (var d in free.Except(varied))
            findings.Warning("never-varied", $"parameter '{space.Dimensions[d].Name}'", $"all {trials.Count} trials have the same value of it, so nothing is known of what it does", "vary it, or leave it out");
        foreach (var d in varied) Untried(space, d, trials, findings);
        for (var i = 0; i < varied.Length; i++)
            for (var j = i + 1; j < varied.Length; j++) Compare(space, varied[i], varied[j], trials, findings);
    }

    private static void Untried(SearchSpace space, int d, IReadOnlyList<StudyTrial> trials, FindingList findings)
    {
        if (Admission.ChoicesOf(space.Dimensions[d]) is not { } choices || space.Dimensions[d] is TaskDimension) return;
        var untried = Enumerable.Range(0, choices.Length).Where(choice => trials.All(trial => trial.Point[d] != choice)
            && (space.Pool is not { } pool || pool.Any(row => row[d] == choice))).Select(choice => choices[choice]).ToArray();
        if (untried.Length == 0) return;
        var named = string.Join(", ", untried.Take(8).Select(Admission.Shortened)) + (untried.Length > 8 ? $" and {untried.Length - 8} more" : "");
        if (trials.Count >= 2 * choices.Length)
            findings.Warning("untried-choice", $"parameter '{space.Dimensions[d].Name}'", $"{untried.Length} of {choices.Length} choices were never tried in {trials.Count} trials: {named}", "try each once, or leave out those that cannot be meant");
        else
            findings.Note("untried-choice", $"parameter '{space.Dimensions[d].Name}'", $"{untried.Length} of {choices.Length} choices were not tried yet: {named}", "nothing is known of them but what choices have in common");
    }

    private static void Compare(SearchSpace space, int a, int b, IReadOnlyList<StudyTrial> trials, FindingList findings)
    {
        var where = $"parameters '{space.Dimensions[a].Name}' and '{space.Dimensions[b].Name}'";
        const string right = "vary one without the other, or leave one out: what they do cannot be told apart";
        if (HasOrder(space.Dimensions[a]) && HasOrder(space.Dimensions[b]))
        {
            // An equation of two parameters ties them for good; nobody can vary one alone.
            if (space.Rules.Linear.Any(rule => rule.IsEquation && rule.Coefficients[a] != 0 && rule.Coefficients[b] != 0)) return;
            if (Ranks.Linear([.. trials.Select(trial => Scaled(space, a, trial.Point[a]))], [.. trials.Select(trial => Scaled(space, b, trial.Point[b]))]) is { } r && Math.Abs(r) >= Confounded)
                findings.Warning("confounded", where, $"they go together in all {trials.Count} trials (correlation {r:F3})", right);
        }
        else if (!HasOrder(space.Dimensions[a]) && !HasOrder(space.Dimensions[b]))
        {
            var pairs = trials.Select(trial => (trial.Point[a], trial.Point[b])).Distinct().Count();
            if (pairs == trials.Select(trial => trial.Point[a]).Distinct().Count() && pairs == trials.Select(trial => trial.Point[b]).Distinct().Count() && pairs < trials.Count)
                findings.Warning("confounded", where, $"each choice of one goes with one choice of the other in all {trials.Count} trials", right);
        }
    }

    private static bool HasOrder(SearchDimension dimension) => dimension is not (CategoricalDimension or TaskDimension);

    private static double Scaled(SearchSpace space, int d, double value) => space.Dimensions[d] is RealDimension { Logarithmic: true } ? Math.Log(Math.Max(value, double.Epsilon)) : value;
}
