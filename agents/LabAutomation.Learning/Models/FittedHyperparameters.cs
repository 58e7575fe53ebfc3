using System.Collections.Immutable;

namespace LabAutomation.Learning;

/// <summary>What a fit has found: how outputs are scaled, and hyperparameters with weights, the most probable first.</summary>
internal sealed record FittedHyperparameters(Standardisation Scale, ImmutableArray<(Hyperparameters Hyper, double Weight)> Members);
