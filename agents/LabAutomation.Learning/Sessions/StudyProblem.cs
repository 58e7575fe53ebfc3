using System.Collections.Immutable;
using LabAutomation.Learning.Advising;

namespace LabAutomation.Learning.Sessions;

/// <summary>What a study is about. It can say more than the engine does; <see cref="Study.Open"/> refuses what the engine lacks.</summary>
public sealed record StudyProblem
{
    /// <summary>Where to look; its pool holds the candidate rows where there are any.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>What is wanted, 1 to 4; several are minimised or maximised.</summary>
    public required ImmutableArray<Objective> Objectives { get; init; }

    /// <summary>What else is measured and has to stay within limits.</summary>
    public ImmutableArray<OutcomeLimit> Outcomes { get; init; } = [];

    /// <summary>How much measurements of one point differ.</summary>
    public MeasurementNoise Noise { get; init; } = MeasurementNoise.Unknown;

    /// <summary>Of all that is drawn, 0 or more; the same seed gives the same answers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether a point of a finite space may be asked for again after it was tried.</summary>
    public bool Repeats { get; init; }

    /// <summary>Whether anything is asked for again: what a measurement says without noise, a second one cannot say better.</summary>
    internal bool MayRepeat => Repeats && NoiseSd is not 0;

    /// <summary>Threads that work on one answer at most, 1 or more; the answer is the same with any number.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where somebody expects the best to be; null where nobody said.</summary>
    public Advice? Advice { get; init; }

    /// <summary>The planner.</summary>
    public IOptimiser Optimiser { get; init; } = new GaussianProcessOptimiser();

    /// <summary>Standard deviation of a measurement of every objective, where it is known.</summary>
    internal double? NoiseSd => Noise.Sd ?? (Optimiser as GaussianProcessOptimiser)?.NoiseSd;

    /// <summary>What is told of a measured trial: objectives first, then outcomes.</summary>
    public IEnumerable<string> Measured => Objectives.Select(objective => objective.Name).Concat(Outcomes.Select(outcome => outcome.Name));
}
