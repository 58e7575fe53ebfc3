using System.Collections.Immutable;

namespace LabAutomation.Learning.Sessions;

/// <summary>One of the trades of which none is better in everything.</summary>
/// <param name="Expected">Per objective, by the model.</param>
/// <param name="Observed">Per objective, the mean of the measurements there; empty where nothing was measured at the very place, as where only another fidelity or task was.</param>
public sealed record Trade(Point Point, ImmutableArray<Prediction> Expected, ImmutableArray<double> Observed);

/// <summary>What several objectives have come to.</summary>
/// <param name="Hypervolume">Of what the observed trades dominate below the reference.</param>
/// <param name="Reference">Per objective; given, or inferred from the trades.</param>
public sealed record TradeFront(ImmutableArray<Trade> Trades, double Hypervolume, ImmutableArray<double> Reference);

/// <summary>What is known of a quantity over the whole space, in its own unit.</summary>
/// <param name="MeanSd">Of the model's standard deviations over places spread over the space.</param>
/// <param name="LargestSd">The largest of them.</param>
/// <param name="Above">Where a level is sought: the share of the space that lies above it with 95 %.</param>
/// <param name="Below">The same below it.</param>
public sealed record SpaceKnowledge(double MeanSd, double LargestSd, double? Above, double? Below);
