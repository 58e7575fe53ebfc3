using LabAutomation.Agents.Queue;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Campaigns;

/// <summary>What people ask of a running campaign.</summary>
public abstract record CampaignRequest
{
    private CampaignRequest()
    {
    }

    /// <summary>Rest at the next checkpoint, between two trials.</summary>
    public sealed record Pause : CampaignRequest;

    /// <summary>Change what waits of one campaign. The asker is told <see cref="QueueReply"/>.</summary>
    public sealed record Change(QueueOrder Order) : CampaignRequest;

    /// <summary>Begin nothing and rest, with the instruments in their safe state.</summary>
    public sealed record SafeMode(string Reason) : CampaignRequest;

    /// <summary>End now, with cleaning up.</summary>
    public sealed record Abort(string Reason) : CampaignRequest;
}

/// <summary>Told to whoever watches after each change.</summary>
public sealed record CampaignChanged(CampaignState State);
