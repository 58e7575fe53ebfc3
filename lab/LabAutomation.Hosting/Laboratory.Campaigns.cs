using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;

namespace LabAutomation.Hosting;

/// <summary>The campaigns that run in the lab.</summary>
public sealed partial class Laboratory
{
    private readonly ConcurrentDictionary<string, CampaignState> _rests = new(StringComparer.Ordinal);
    private ImmutableArray<string> _running = [];

    /// <summary>Runs a campaign that is on record until it ends or pauses.</summary>
    /// <exception cref="LabException">The lab cannot go on; what is on record stays, and the campaign can be resumed.</exception>
    public async Task<CampaignState> RunAsync(string id, CancellationToken cancellation) => (await RunAsync([id], cancellation))[0];

    /// <summary>Runs several campaigns that are on record side by side, until each has ended or paused. A lab does this once.</summary>
    /// <exception cref="LabException">The lab cannot go on; what is on record stays, and the campaigns can be resumed.</exception>
    public Task<ImmutableArray<CampaignState>> RunAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        _running = [.. ids];
        foreach (var id in ids) _root.Tell(new RunCampaign(id));
        return _outcome.Task.Here().WaitAsync(cancellation);
    }

    /// <summary>Asks the campaigns to rest after the trials under way.</summary>
    public void Pause() => _root.Tell(new CampaignRequest.Pause());

    /// <summary>Asks the campaigns to end now, with cleaning up.</summary>
    public void Abort(string reason) => _root.Tell(new CampaignRequest.Abort(reason));

    private void OnCampaign(CampaignState state)
    {
        CampaignChanged?.Invoke(state);
        if (state.Phase is not (CampaignPhase.Ended or CampaignPhase.Paused)) return;
        _rests[state.Id] = state;
        if (_running.All(_rests.ContainsKey)) _outcome.TrySetResult([.. _running.Select(id => _rests[id])]);
    }
}
