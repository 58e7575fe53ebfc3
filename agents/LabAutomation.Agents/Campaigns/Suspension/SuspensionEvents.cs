using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Campaigns;

/// <summary>A property has left its band: the campaign begins nothing more, but steps that are not to be interrupted.</summary>
public sealed record CampaignSuspended(string Reason) : LabEvent;

/// <summary>The properties have been back in their bands for as long as they should.</summary>
public sealed record CampaignContinued(string Reason) : LabEvent;

/// <summary>A step did not begin within its time, and by the workflow the sample is lost then.</summary>
public sealed record SampleLost(int Trial, string Step, string Reason) : LabEvent;
