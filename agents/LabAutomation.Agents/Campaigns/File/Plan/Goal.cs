using System.Collections.Immutable;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What a campaign is about, and when it ends. Names are those of what the analyses give, numbers are in their units.</summary>
/// <param name="Objectives">One; or two to four, each of which is minimised or maximised.</param>
/// <param name="Keep">Limits on measured quantities, one for each quantity at most. A trial that breaks one does not count.</param>
/// <param name="Noise">Of one measurement of the objective.</param>
public sealed record Goal(ImmutableArray<Objective> Objectives, ImmutableArray<OutcomeLimit> Keep, MeasurementNoise Noise, StopConditions Until)
{
    /// <summary>The only objective, or the first.</summary>
    public Objective Objective => Objectives[0];

    /// <summary>All that has to be measured, objectives first, each once.</summary>
    public ImmutableArray<string> Quantities => [.. Objectives.Select(objective => objective.Name).Concat(Keep.Select(limit => limit.Name)).Distinct()];

    /// <summary>Whether one trial is the best: not among several objectives, nor where something is to be known everywhere.</summary>
    public bool HasBest => Objectives is [{ Aim: Aim.Minimise or Aim.Maximise or Aim.Reach }];

    /// <summary>Whether trials are weighed by several objectives.</summary>
    public bool HasTrades => Objectives.Length > 1;

    /// <summary>Whether a result can be good enough before the budget is spent.</summary>
    public bool CanBeReached => Until.Reached is not null || Until.Within is not null;

    /// <summary>A value turned so that less is better: the value, its negative, or its distance from the target.</summary>
    public static double Cost(Objective objective, double value) => objective.Aim switch
    {
        Aim.Maximise => -value,
        Aim.Reach reach => Math.Abs(value - reach.Target),
        _ => value,
    };

    /// <summary>Whether a value of the objective is good enough to end the campaign.</summary>
    public bool IsReachedBy(double value) => Objective.Aim is Aim.Reach
        ? Cost(Objective, value) <= Until.Within
        : Until.Reached is { } wanted && Cost(Objective, value) <= Cost(Objective, wanted);

    /// <summary>Whether a measured trial keeps all limits.</summary>
    public bool Keeps(TrialOutcome.Measured measured) => Keep.All(limit => measured.Of(limit.Name, this) is var value && value >= (limit.Min ?? value) && value <= (limit.Max ?? value));

    /// <summary>Whether a trial that gave this ends the campaign.</summary>
    public bool IsMetBy(TrialOutcome.Measured measured) => HasBest && IsReachedBy(measured.Objective) && Keeps(measured);
}

/// <summary>Whatever comes first ends the campaign.</summary>
/// <param name="Reached">The goal is met when the objective is at least this good.</param>
/// <param name="Trials">Most trials, 1 or more.</param>
/// <param name="Duration">Most lab time.</param>
/// <param name="Within">The goal is met when the objective is this near to its target.</param>
/// <param name="Stalled">So many measured trials in a row that improve nothing, 2 or more.</param>
public sealed record StopConditions(double? Reached, int Trials, TimeSpan? Duration, double? Within = null, int? Stalled = null);
