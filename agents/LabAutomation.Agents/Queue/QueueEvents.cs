using System.Text.Json.Serialization;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Queue;

/// <summary>Somebody changed what waits: a campaign, or a trial that has not begun. What is null stays as it was.</summary>
/// <param name="Trial">Null for the campaign.</param>
/// <param name="Hold">Whether it is to begin nothing until it is let go.</param>
public sealed record QueueChanged(
    string By,
    string Role,
    string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Trial = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Hold = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Priority = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Trials = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Parallel = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TrialValues? Values = null) : LabEvent;

/// <summary>The policy did not let somebody change the queue; on the lab's own record.</summary>
/// <param name="Count">Of orders that were refused since the last that is on record, where this one is the last of many; null where it is one.</param>
public sealed record QueueRefused(
    string By, string Role, string What, string Target, string Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Count = null) : LabEvent;
