using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>A model of each measured quantity of a study, objectives as costs, over all trials that gave values.</summary>
internal sealed class StudyModels
{
    /// <summary>Up to so many trials models are fitted anew beside each pending one.</summary>
    private const int Few = 100;

    private readonly int _problemSeed;

    private StudyModels(ImmutableArray<GaussianProcess> quantities, FailureRisk? risk, TrialLog log, int problemSeed)
        => (Quantities, Risk, Log, _problemSeed) = (quantities, risk, log, problemSeed);

    /// <summary>In the order of <see cref="StudyProblem.Measured"/>.</summary>
    public ImmutableArray<GaussianProcess> Quantities { get; }

    /// <summary>Null where no trial failed.</summary>
    public FailureRisk? Risk { get; }

    public TrialLog Log { get; }

    /// <summary>Of this state of the study.</summary>
    public int Seed => Mixed(_problemSeed, Log.Count);

    /// <summary>
    /// The models beside other pending trials, where they are the same: with few trials each has draws of hyperparameters of its own, which
    /// keeps the trials of a batch apart.
    /// </summary>
    public StudyModels? With(TrialLog log) => log.History.Count > Few ? new(Quantities, Risk, log, _problemSeed) : null;

    /// <param name="log">Of the first objective; its space is the one that is asked about.</param>
    public static StudyModels Fit(StudyProblem problem, ImmutableArray<StudyTrial> trials, TrialLog log)
    {
        var seed = Mixed(problem.Seed, log.History.Count > Few ? log.History.Count : log.Count);
        var quantities = new GaussianProcess[problem.Objectives.Length + problem.Outcomes.Length];
        Threads.Run(quantities.Length, problem.Threads, m => quantities[m] = m < problem.Objectives.Length
            ? OfObjective(problem, problem.Objectives[m], log.Space, trials, seed)
            : OfOutcome(problem, problem.Outcomes[m - problem.Objectives.Length], log.Space, trials, seed));
        return new StudyModels([.. quantities], FailureRisk.Of(log.Cube, log.History), log, problem.Seed);
    }

    /// <summary>The model of an objective as a cost.</summary>
    /// <param name="space">The part that is asked about.</param>
    public static GaussianProcess OfObjective(StudyProblem problem, Objective objective, SearchSpace space, ImmutableArray<StudyTrial> trials, int seed) => GaussianProcess.Fit(
        space, [.. trials.Select(trial => trial.Of(objective.Name, objective.Sign))], seed, problem.NoiseSd, IsWarped(problem), new FarValueRule(IsMinimised(objective), objective.Aim switch
        {
            Aim.Reach reach => [objective.Sign * reach.Target],
            Aim.FindLevel level => [objective.Sign * level.Threshold],
            Aim.Learn => [],
            _ => problem.Objectives.Length > 1 ? [] : null,
        }));

    /// <inheritdoc cref="OfObjective"/>
    public static GaussianProcess OfOutcome(StudyProblem problem, OutcomeLimit limit, SearchSpace space, ImmutableArray<StudyTrial> trials, int seed) => GaussianProcess.Fit(
        space, [.. trials.Select(trial => trial.Of(limit.Name))], seed, problem.Noise.IsNone ? 0 : null, isWarped: true, new FarValueRule(false, [.. new[] { limit.Min, limit.Max }.OfType<double>()]));

    /// <summary>The same models of surfaces that change faster, see <see cref="GaussianProcess.Rougher"/>.</summary>
    public StudyModels Rougher(double factor) => new([.. Quantities.Select(model => model.Rougher(factor))], Risk, Log, _problemSeed);

    private static int Mixed(int seed, int count) => (int)RandomStream.Mix((uint)seed * 0x100000001UL + (uint)count);

    /// <summary>Whether less is better of the objective as it is modelled, which a surface or a target knows nothing of.</summary>
    internal static bool IsMinimised(Objective objective) => objective.Aim is Aim.Minimise or Aim.Maximise;

    /// <summary>Volumes and distances are meant in the values themselves, not in a function of them.</summary>
    private static bool IsWarped(StudyProblem problem) => problem.Objectives is [{ Aim: Aim.Minimise or Aim.Maximise or Aim.FindLevel }];
}
