using System.Collections.Immutable;

namespace LabAutomation.Learning.Diagnosis;

/// <summary>What is best done next with a study as a whole.</summary>
public enum StoppingDecision
{
    /// <summary>There are too few trials to say.</summary>
    TooEarly,

    /// <summary>More trials are likely to find something better by more than is tolerated.</summary>
    GoOn,

    /// <summary>What is known is within the tolerance of the best there is, with the confidence asked for.</summary>
    MayStop,

    /// <summary>A measured trial has reached the goal.</summary>
    GoalReached,

    /// <summary>No place of the space is likely to reach the goal.</summary>
    GoalOutOfReach,
}

/// <summary>
/// Whether to stop, by a bound on regret: the recommended point is within a tolerance of the best one with a confidence, over surfaces drawn
/// from the model. J. Wilson, "Stopping Bayesian optimization with probabilistic regret bounds", NeurIPS 2024, equation 4.
/// </summary>
/// <param name="Reason">One sentence with numbers.</param>
public sealed record StoppingVerdict(StoppingDecision Decision, string Reason)
{
    /// <summary>
    /// How much worse than the best there is does no harm, in the unit of the objective. Unless given: one standard deviation of a
    /// measurement, and at least a hundredth of the range of the measured values, the worst tenth left out. With several objectives a share
    /// of the hypervolume, 0.02; where a quantity is learnt, a standard deviation, a twentieth of the range of the measured values; where a
    /// level is sought, a share of the space, 0.02.
    /// </summary>
    public double? Tolerance { get; init; }

    /// <summary>The probability that is asked for, above 0.5 and below 1.</summary>
    public double Confidence { get; init; }

    /// <summary>Probability, 0 to 1, that what is known is within the tolerance of the best there is, limits kept.</summary>
    public double? WithinTolerance { get; init; }

    /// <summary>By how much better the best there is can be expected to be, in the unit of the tolerance.</summary>
    public double? ExpectedRegret { get; init; }

    /// <summary>What the best single next trial is expected to add, noise apart, in the unit of the tolerance.</summary>
    public double? NextGain { get; init; }

    /// <summary>One standard deviation of a measurement, learnt or known, in the unit of the objective.</summary>
    public double? NoiseSd { get; init; }

    /// <summary>Probability that some place of the space reaches the goal, limits kept; null without a goal.</summary>
    public double? GoalReachable { get; init; }

    /// <summary>Probability that one of the remaining trials reaches the goal if all were chosen now, which is the least that choosing them
    /// one after another gives; null without a goal or a number of remaining trials.</summary>
    public double? GoalWithinBudget { get; init; }
}

/// <summary>What is asked of a diagnosis beside what the study knows.</summary>
public sealed record DiagnosisQuestion
{
    /// <summary>Without a goal, a tolerance or a number of trials that remain.</summary>
    public static readonly DiagnosisQuestion Plain = new();

    /// <summary>A value of the first objective that would be enough; null where there is none.</summary>
    public double? Goal { get; init; }

    /// <summary>Trials that can still be run, 0 or more; null where nobody said.</summary>
    public int? Remaining { get; init; }

    /// <summary>See <see cref="StoppingVerdict.Tolerance"/>; above 0, null for what is said there.</summary>
    public double? Tolerance { get; init; }

    /// <summary>Above 0.5 and below 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>What is read and not chosen, by the numbers of the dimensions: recommendation, importance, curves and verdict are for that.</summary>
    public ImmutableDictionary<int, double> Context { get; init; } = ImmutableDictionary<int, double>.Empty;
}
