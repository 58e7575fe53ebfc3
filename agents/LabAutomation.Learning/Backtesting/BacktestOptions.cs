namespace LabAutomation.Learning.Backtesting;

/// <summary>How a data set is replayed.</summary>
public sealed record BacktestOptions
{
    /// <summary>Runs of each planner, from seed 0 on; at least 1. Default: 20.</summary>
    public int Seeds { get; init; } = 20;

    /// <summary>Random designs that all planners of a seed start from; at least 1. Default: the rows the file prescribes, else 5.</summary>
    public int? Initial { get; init; }

    /// <summary>Experiments in a run, initial ones included. Default: what the file prescribes, else the whole data set.</summary>
    public int? Budget { get; init; }

    /// <summary>The share of best designs whose finding the Top% curve, EF and AF count; above 0, at most 1. Default: 0.05.</summary>
    public double TopFraction { get; init; } = 0.05;
}

/// <summary>How far a backtest has come.</summary>
/// <param name="Done">Experiments replayed, of all planners and seeds together.</param>
/// <param name="Total">Experiments to replay.</param>
public readonly record struct BacktestProgress(string Planner, int Seed, int Done, int Total);
