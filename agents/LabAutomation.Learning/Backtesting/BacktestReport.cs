using System.Collections.Immutable;

namespace LabAutomation.Learning.Backtesting;

/// <summary>What replaying a data set showed, planner by planner in the order given.</summary>
public sealed record BacktestReport(string DataSet, int Designs, int Seeds, int Budget, ImmutableArray<PlannerResult> Planners)
{
    /// <summary>
    /// How many experiments <paramref name="planner"/> needed less than <paramref name="other"/>, seed by seed from the same start.
    /// A run that never got there counts as the budget.
    /// </summary>
    /// <param name="milestone">A name from <see cref="PlannerResult.Milestones"/>.</param>
    public PairedComparison Compare(string planner, string other, string milestone)
    {
        var (mine, theirs) = (Find(planner, milestone), Find(other, milestone));
        var saved = mine.Zip(theirs, (a, b) => (double)((b ?? Budget) - (a ?? Budget))).ToArray();
        return new PairedComparison(planner, other, milestone, Spread.Of(saved), saved.Count(s => s > 0), saved.Count(s => s == 0),
            saved.Count(s => s < 0));
    }

    private ImmutableArray<int?> Find(string planner, string milestone)
    {
        var found = Planners.FirstOrDefault(result => result.Planner == planner)?.Milestones.FirstOrDefault(m => m.Name == milestone);
        return found?.BySeed ?? throw new ArgumentException(
            $"no planner '{planner}' with a milestone '{milestone}' was replayed; planners are {string.Join(", ", Planners.Select(p => p.Planner))}");
    }
}

/// <param name="Milestones">The best design, the top 1 % and the top 5 %.</param>
/// <param name="Curve">After each number of experiments.</param>
/// <param name="Accelerations">At 25, 50, 75, 90 and 100 % of the top designs.</param>
/// <param name="Runs">By seed, the rows of the data set in the order in which they were measured.</param>
public sealed record PlannerResult(
    string Planner, ImmutableArray<Milestone> Milestones, ImmutableArray<CurvePoint> Curve, ImmutableArray<Acceleration> Accelerations,
    ImmutableArray<ImmutableArray<int>> Runs);

/// <param name="Experiments">To the first design of the set, initial ones included; a run that never got there is counted as the budget.</param>
/// <param name="Random">The exact expectation for designs drawn at random without replacement.</param>
/// <param name="BySeed">Null where the run never got there.</param>
public sealed record Milestone(string Name, int Designs, Spread Experiments, double Random, ImmutableArray<int?> BySeed);

/// <param name="BestSoFar">The lowest value measured; smaller is better.</param>
/// <param name="TopFound">Share of the top designs that were found.</param>
/// <param name="Enhancement">EF: that share over the share random draws find, i/N.</param>
public sealed record CurvePoint(int Experiments, Spread BestSoFar, Spread TopFound, Spread Enhancement);

/// <summary>AF: how many times more experiments random draws need, on average, to find a share of the top designs.</summary>
/// <param name="Factor">A run that never got there is counted as if it had at the last experiment, so its factor is an upper bound.</param>
public sealed record Acceleration(double TopFound, double RandomExperiments, Spread Factor);

/// <param name="Saved">Experiments; positive where the planner was faster.</param>
public sealed record PairedComparison(string Planner, string Other, string Milestone, Spread Saved, int Wins, int Ties, int Losses);
