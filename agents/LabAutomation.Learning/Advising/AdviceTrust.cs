using System.Collections.Immutable;
using LabAutomation.Learning.Diagnosis;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Learning.Advising;

/// <summary>
/// How far advice is still to be followed: the probability that it is right, by the trials that were told. Two hypotheses are weighed against
/// each other: that trials are the better the more their place is preferred, with a rank correlation of 0.7, and that the two have nothing
/// to do with each other. Spearman's correlation of n trials is taken for normal with variance 1/(n − 1) under both, which it is about where
/// they have not (M. Kendall, "Rank Correlation Methods", 1948), so that trials multiply the odds by what they speak for: the multiplicative
/// weights of two experts, Y. Freund and R. Schapire, "A decision-theoretic generalization of on-line learning", 1997.
/// </summary>
internal static class AdviceTrust
{
    /// <summary>Below it advice is not looked at, and all is as if it had never been given.</summary>
    public const double Least = 0.05;

    /// <summary>Below it no first trial is made where only the advice expects something.</summary>
    public const double Even = 0.5;

    private const double RightCorrelation = 0.7;

    public static double After(Advice advice, StudyProblem problem, ImmutableArray<StudyTrial> trials)
    {
        var map = new PreferenceMap(advice, problem.Space);
        StudyTrial[] counted = [.. trials.Where(trial => StudyCosts.IsOfTarget(problem.Space, trial.Point))];
        if (Ranks.Correlation([.. counted.Select(trial => -map.Of(trial.Point))], StudyCosts.Of(problem, counted)) is not { } correlation) return advice.Trust;
        var evidence = (counted.Length - 1) * RightCorrelation * (correlation - RightCorrelation / 2);
        return 1 / (1 + (1 - advice.Trust) / advice.Trust * Math.Exp(-evidence));
    }
}
