using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Analysis;

/// <summary>Asks for the quantities that follow from what a trial measured; the answer is <see cref="TrialAnalysed"/> or <see cref="AnalysisFailed"/>.</summary>
public sealed record AnalyseTrial(CampaignPlan Plan, TrialState Trial);

/// <param name="Models">The models that took part.</param>
public sealed record TrialAnalysed(int Trial, ImmutableSortedDictionary<string, Quantity> Outputs, ImmutableArray<ModelUse> Models);
