using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Findings about failed trials: how many, and where.</summary>
internal static class FailureHealth
{
    private const int Enough = 3;

    /// <summary>Chance of the pattern if failing had nothing to do with the parameter, shared among all that are looked at.</summary>
    private const double Unlikely = 0.01;

    public static void Check(StudyProblem problem, IReadOnlyList<StudyTrial> trials, FindingList findings)
    {
        var failed = trials.Count(trial => trial.Values is null);
        if (failed == trials.Count && failed >= Enough)
        {
            findings.Error("all-failed", FindingList.Trials(Enumerable.Range(1, failed)), $"all {failed} trials failed", "find a recipe that works by hand, and tell it; there is nothing to learn from failures alone");
            return;
        }
        var region = failed >= Enough ? Region(problem.Space, trials, failed) : null;
        if (region is { } found)
            findings.Warning("failures-in-a-region", $"parameter '{problem.Space.Dimensions[found.Dimension].Name}'",
                $"{found.Failed} of {found.Inside} trials with {found.Name} failed, and {failed - found.Failed} of the {trials.Count - found.Inside} others", "set a bound or a constraint there if the cause is known; otherwise the planner learns to keep away");
        else if (failed >= Enough && 2 * failed >= trials.Count)
            findings.Warning("many-failures", FindingList.Trials(Enumerable.Range(1, trials.Count).Where(number => trials[number - 1].Values is null)), $"{failed} of {trials.Count} trials failed, in no part of the space more than in others", "look for a cause that is no parameter");
    }

    /// <summary>The side of a threshold, or the choice, with which failing goes together most surely.</summary>
    private static (int Dimension, string Name, int Failed, int Inside)? Region(SearchSpace space, IReadOnlyList<StudyTrial> trials, int failed)
    {
        (int, string, int, int)? best = null;
        var (surest, looked) = (1.0, 0);
        for (var d = 0; d < space.Dimensions.Length; d++)
        {
            double[] values = [.. trials.Select(trial => trial.Point[d]).Distinct().Order()];
            if (values.Length < 2) continue;
            looked++;
            var name = space.Dimensions[d].Name;
            if (Admission.ChoicesOf(space.Dimensions[d]) is { } choices)
                foreach (var choice in values) Consider(d, $"{name} '{Admission.Shortened(choices[(int)choice])}'", point => point[d] == choice);
            else
                for (var k = 0; k + 1 < values.Length; k++)
                {
                    var (below, above) = (values[k], values[k + 1]);
                    Consider(d, Stopping.Text($"{name} at {above:G4} or more"), point => point[d] >= above);
                    Consider(d, Stopping.Text($"{name} at {below:G4} or less"), point => point[d] <= below);
                }
        }
        // Of the many thresholds of a parameter neighbours are as good as one; a few count for all of them.
        return surest * 4 * looked < Unlikely ? best : null;

        void Consider(int dimension, string name, Func<Point, bool> isInside)
        {
            var inside = trials.Count(trial => isInside(trial.Point));
            var both = trials.Count(trial => trial.Values is null && isInside(trial.Point));
            if (inside == 0 || inside == trials.Count || (double)both / inside <= (double)failed / trials.Count) return;
            var chance = Hypergeometric(trials.Count, failed, inside, both);
            if (chance < surest) (surest, best) = (chance, (dimension, name, both, inside));
        }
    }

    /// <summary>Fisher's exact test, one-sided: the chance of <paramref name="both"/> or more of the failed ones among those inside.</summary>
    private static double Hypergeometric(int all, int failed, int inside, int both)
    {
        var sum = 0.0;
        for (var k = both; k <= Math.Min(failed, inside); k++)
            if (inside - k <= all - failed) sum += Math.Exp(Choose(failed, k) + Choose(all - failed, inside - k) - Choose(all, inside));
        return sum;
    }

    private static double Choose(int n, int k)
    {
        var sum = 0.0;
        for (var i = 1; i <= k; i++) sum += Math.Log(n - k + i) - Math.Log(i);
        return sum;
    }
}
