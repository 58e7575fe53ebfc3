using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Advising;

/// <summary>One number for each trial by which they can be ranked, less being better, whatever the study is about.</summary>
internal static class StudyCosts
{
    /// <summary>Failed trials and those that break a limit come last; of several objectives the mean of the ranks counts.</summary>
    public static double[] Of(StudyProblem problem, IReadOnlyList<StudyTrial> trials)
    {
        var costs = new double[trials.Count];
        foreach (var objective in problem.Objectives)
        {
            double[] values = [.. trials.Select(trial => Cost(problem, objective, trial))];
            for (var i = 0; i < costs.Length; i++)
                costs[i] += values[i] == double.PositiveInfinity ? trials.Count : values.Count(other => other < values[i]) + 0.5 * values.Count(other => other == values[i]);
        }
        return costs;
    }

    /// <summary>Whether a trial is of the task and fidelity that are asked about; only these are compared.</summary>
    public static bool IsOfTarget(SearchSpace space, Point point)
    {
        for (var d = 0; d < space.Dimensions.Length; d++)
        {
            if (space.Dimensions[d] is TaskDimension task && point[d] != task.Target) return false;
            if (space.Dimensions[d] is FidelityDimension fidelity && point[d] != fidelity.Values[^1]) return false;
        }
        return true;
    }

    private static double Cost(StudyProblem problem, Objective objective, StudyTrial trial)
    {
        if (trial.Value(objective.Name) is not { } value || problem.Outcomes.Any(limit => !limit.Holds(trial.Value(limit.Name)))) return double.PositiveInfinity;
        return objective.Aim is Aim.Reach reach ? Math.Abs(value - reach.Target) : objective.Sign * value;
    }
}
