using LabAutomation.Agents.Campaigns;

namespace LabAutomation.Agents.Planning;

/// <summary>Asks for the next trial. The state holds all that the planner has been told.</summary>
public sealed record SuggestTrial(CampaignState State, int Trial);

public sealed record TrialSuggested(TrialProposed Proposal);

/// <summary>The space has no point left to try.</summary>
public sealed record NothingLeft(string Reason);
