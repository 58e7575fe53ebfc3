using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Findings about measured values.</summary>
internal static class ValueHealth
{
    private const int Enough = 4;
    private const double HugeRatio = 1e4, HugeTail = 100;

    public static void Check(StudyProblem problem, IReadOnlyList<StudyTrial> trials, FindingList findings)
    {
        StudyTrial[] measured = [.. trials.Where(trial => trial.Values is not null)];
        foreach (var name in problem.Measured)
        {
            double[] sorted = [.. measured.Select(trial => trial.Value(name)).OfType<double>().Order()];
            if (sorted.Length < Enough) continue;
            var (low, middle, high) = (sorted[0], sorted[sorted.Length / 2], sorted[^1]);
            if (high - low <= 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)))
                findings.Warning("constant-value", $"quantity '{name}'", $"all {sorted.Length} measured values are {low:G4}", "check the measurement: no parameter that was varied changes what it gives");
            else if (low > 0 && high / low >= HugeRatio)
                findings.Note("huge-range", $"quantity '{name}'", $"its values span a factor of {high / low:G2}", "give its logarithm, which is easier to model and says what a ratio is worth");
            else if (Math.Max(high - middle, middle - low) > HugeTail * Math.Max(Math.Min(high - middle, middle - low), 1e-9 * (high - low)))
                findings.Note("huge-range", $"quantity '{name}'", $"half of its values lie within {Math.Min(high - middle, middle - low):G2} on one side of {middle:G4}, and others up to {Math.Max(high - middle, middle - low):G2} on the other", "check the farthest values, or give a function of the quantity that brings them nearer");
        }
        int[] outside = [.. Enumerable.Range(1, trials.Count).Where(number => !StudyEngine.Asked(problem.Space).KeepsRules(StudyEngine.Asked(problem.Space).Within(trials[number - 1].Point)))];
        if (outside.Length > 0) findings.Note("outside-constraints", FindingList.Trials(outside), $"{outside.Length} of {trials.Count} trials do not satisfy the constraints", "they teach, and are never recommended; check that the constraints say what is meant");
        foreach (var limit in problem.Outcomes.Where(limit => measured.All(trial => trial.Value(limit.Name) is null)))
            findings.Warning("never-measured", $"outcome '{limit.Name}'", $"it has a limit, and none of {measured.Length} measured trials has told it", "tell it beside the objective; until then nothing is known to keep the limit");
        if (measured.Length > 0 && problem.Outcomes.All(limit => measured.Any(trial => trial.Value(limit.Name) is not null)) && !problem.Outcomes.IsEmpty && !measured.Any(trial => problem.Outcomes.All(limit => limit.Holds(trial.Value(limit.Name)))))
            findings.Warning("limits-never-kept", $"limits on {string.Join(", ", problem.Outcomes.Select(limit => $"'{limit.Name}'"))}", $"none of {measured.Length} measured trials keeps them all", "trials that keep them are sought before anything else; widen the limits if none is found");
    }
}
