using LabAutomation.Learning;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Parameters that add up.</summary>
/// <param name="Equation">Over the coordinates, in the unit of the total.</param>
/// <param name="Source">For people.</param>
public sealed record MixturePlan(LinearConstraint Equation, string Source);

/// <summary>How many of some parameters are other than zero.</summary>
/// <param name="Source">For people.</param>
public sealed record CountPlan(CountLimit Limit, string Source);
