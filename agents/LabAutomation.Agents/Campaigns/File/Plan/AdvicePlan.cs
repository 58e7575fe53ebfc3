using LabAutomation.Learning.Advising;

namespace LabAutomation.Agents.Campaigns;

/// <summary>Where a person or a language model expects the best of a campaign.</summary>
/// <param name="Because">Where the advice comes from, for people; empty where the file does not say.</param>
public sealed record AdvicePlan(Advice Advice, string Because);
