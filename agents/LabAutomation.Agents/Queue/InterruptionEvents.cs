using System.Text.Json.Serialization;
using LabAutomation.Agents.Records;

namespace LabAutomation.Agents.Queue;

/// <summary>Somebody wants a campaign to rest.</summary>
/// <param name="Now">Whether it begins no further step either, but those that are not to be interrupted; otherwise the trials under way run to their ends before.</param>
public sealed record PauseRequested(string By, string Reason, bool Now) : LabEvent
{
    /// <summary>Why the campaign rests then.</summary>
    [JsonIgnore]
    public string Asked => $"asked for by {By}{(Reason.Length > 0 ? $": {Reason}" : "")}";
}

/// <summary>Before the campaign rested somebody wanted it to go on.</summary>
public sealed record PauseWithdrawn(string By, string Reason) : LabEvent;

/// <summary>Somebody wants a campaign to begin no more trials and to end when those under way have ended; what they measure counts.</summary>
public sealed record FinishRequested(string By, string Reason) : LabEvent;
