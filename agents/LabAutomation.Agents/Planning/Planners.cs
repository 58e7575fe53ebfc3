using LabAutomation.Agents.Campaigns;
using LabAutomation.Learning;
using LabAutomation.Learning.Sessions;

namespace LabAutomation.Agents.Planning;

/// <summary>The planners by the name they have in campaign files and on the command line.</summary>
public static class Planners
{
    public static IReadOnlyList<string> Kinds { get; } = ["random", "sobol", "grid", "gaussian-process"];

    /// <param name="initial">Points that a learning planner spreads over the space before it learns; null for its own default.</param>
    /// <param name="noiseSd">Standard deviation of one measurement where it is known; null to learn it.</param>
    /// <exception cref="ArgumentException">There is no such planner.</exception>
    public static IOptimiser Create(string kind, int? initial, double? noiseSd = null) => kind switch
    {
        "random" => new RandomOptimiser(),
        "sobol" => new SobolOptimiser(),
        "grid" => new GridOptimiser(),
        "gaussian-process" => new GaussianProcessOptimiser(new GaussianProcessOptions { InitialPoints = initial, NoiseSd = noiseSd }),
        _ => throw new ArgumentException($"there is no planner '{kind}'"),
    };

    /// <summary>What a campaign asks of the learning engine.</summary>
    public static StudyProblem Problem(CampaignPlan plan) => new()
    {
        Space = plan.ToSearchSpace(),
        Objectives = plan.Goal.Objectives,
        Outcomes = plan.Goal.Keep,
        Noise = plan.Goal.Noise,
        Seed = plan.Seed,
        Repeats = plan.Repeats,
        Threads = plan.PlannerThreads,
        Advice = plan.Advice?.Advice,
        Optimiser = Create(plan.PlannerKind, plan.PlannerInitial),
    };
}
