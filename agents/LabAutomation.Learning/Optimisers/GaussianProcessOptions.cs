namespace LabAutomation.Learning;

/// <summary>Settings of <see cref="GaussianProcessOptimiser"/>.</summary>
public sealed record GaussianProcessOptions
{
    /// <summary>Trials spread over the space before the first model; at least 2. Default: dimensions + 1, at least 5.</summary>
    public int? InitialPoints { get; init; }

    /// <summary>Standard deviation of one measurement where it is known, in units of the objective; 0 for exact values. Default: learnt.</summary>
    public double? NoiseSd { get; init; }

    /// <summary>Threads that work on one suggestion at most, 1 or more; the suggestion is the same with any number. Default: 1.</summary>
    public int Threads { get; init; } = 1;
}
