using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>Findings about points that were measured more than once.</summary>
internal static class ReplicateHealth
{
    /// <summary>Two values of one point differ by so many standard deviations of their difference once in 16 000 times.</summary>
    private const double Far = 4;

    /// <summary>Where noise is not known: replicates that differ by so much of the range of all values contradict each other.</summary>
    private const double Contradictory = 0.5;

    private const int Enough = 6;

    public static void Check(StudyProblem problem, IReadOnlyList<StudyTrial> trials, FindingList findings)
    {
        var groups = Enumerable.Range(1, trials.Count).Where(number => trials[number - 1].Values is not null).GroupBy(number => trials[number - 1].Point)
            .Select(group => group.ToArray()).Where(group => group.Length > 1).ToArray();
        foreach (var group in groups)
        {
            if (!problem.Noise.IsNone && TwiceTold(problem, trials, group) is [_, _, ..] same)
                findings.Note("told-twice", FindingList.Trials(same), $"they are equal in every digit of every value", "leave all but one out if one trial was told twice; noise is taken to be as small as they say");
            foreach (var name in problem.Measured)
                if (group.Where(number => trials[number - 1].Value(name) is not null).ToArray() is [_, _, ..] told) Compare(problem, trials, told, name, findings);
        }
    }

    private static void Compare(StudyProblem problem, IReadOnlyList<StudyTrial> trials, int[] group, string name, FindingList findings)
    {
        double Value(int number) => trials[number - 1].Value(name)!.Value;
        var (least, most) = (group.MinBy(Value), group.MaxBy(Value));
        var difference = Value(most) - Value(least);
        var (where, right) = ($"{FindingList.Trials(new[] { least, most }.Order())}, '{name}'", "check the two for a mistake; measure the point once more, and leave the wrong one out");
        var known = problem.Objectives.Any(objective => objective.Name == name) ? problem.NoiseSd : problem.Noise.IsNone ? 0 : null;
        var own = new[] { least, most }.Select(number => trials[number - 1].NoiseSds is { } sds && sds.TryGetValue(name, out var sd) ? sd : known).ToArray();
        if (own is [{ } first, { } second])
        {
            var sd = Math.Sqrt(first * first + second * second);
            if (sd == 0 && difference > 1e-9 * Math.Max(Math.Abs(Value(most)), Math.Abs(Value(least))))
                findings.Warning("contradictory-replicates", where, $"the same point gave {Value(least):G4} and {Value(most):G4}, though measurements are said not to differ", "say that noise is unknown, or how large it is; " + right);
            else if (sd > 0 && difference > Far * sd)
                findings.Warning("contradictory-replicates", where, $"the same point gave {Value(least):G4} and {Value(most):G4}, which differ by {difference / sd:F1} standard deviations of the noise that is given", right + "; or give a larger noise");
            return;
        }
        var all = trials.Select(trial => trial.Value(name)).OfType<double>().ToArray();
        if (all.Length >= Enough && difference > Contradictory * (all.Max() - all.Min()) && difference > 0)
            findings.Warning("contradictory-replicates", where, $"the same point gave {Value(least):G4} and {Value(most):G4}, {100 * difference / (all.Max() - all.Min()):F0} % of the range of all values", right);
    }

    /// <summary>The largest part of a group that agrees in everything.</summary>
    private static int[]? TwiceTold(StudyProblem problem, IReadOnlyList<StudyTrial> trials, int[] group) =>
        group.GroupBy(number => string.Join('|', problem.Measured.Select(name => BitConverter.DoubleToInt64Bits(trials[number - 1].Value(name) ?? double.NaN)))).MaxBy(same => same.Count())?.ToArray();
}
