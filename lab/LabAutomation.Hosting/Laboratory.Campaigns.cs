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
    /// <exception cref="LabException">The lab cannot go on; what is on record stays, and the campaigns can be resumed. Or samples of others stand in its way.</exception>
    public Task<ImmutableArray<CampaignState>> RunAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        _running = [.. ids];
        if (!Stations.Locations.IsEmpty && Left(ids) is { Length: > 0 } left)
            throw new LabException(LabFault.NotNow, $"samples of {string.Join(" and ", left)} stand in the lab, and nobody else may take their places; go on with all of them: lab resume {string.Join(' ', left)}");
        _root.Tell(new RunCampaigns(_running));
        return _outcome.Task.Here().WaitAsync(cancellation);
    }

    /// <summary>Brings the instruments of all campaigns to their safe state at once and lets the campaigns rest, without cleaning up; only a person takes the instruments out of it.</summary>
    public void Halt(string reason) => _root.Tell(new CampaignRequest.SafeMode(reason));

    /// <summary>Other campaigns that have not ended and have trials under way.</summary>
    private string[] Left(IReadOnlyList<string> ids) => [.. CampaignRecord.All(Ledger).Where(state => !ids.Contains(state.Id) && state.Phase != CampaignPhase.Ended && state.UnderWay.Any()).Select(state => state.Id)];

    /// <summary>Asks the campaigns to rest after the trials under way.</summary>
    public void Pause() => _root.Tell(new CampaignRequest.Pause());

    /// <summary>Asks the campaigns to end now, with cleaning up.</summary>
    public void Abort(string reason) => _root.Tell(new CampaignRequest.Abort(reason));

    /// <summary>The trial of a campaign whose sample may be in the gripper of an instrument, and what a person who took it by hand says of it.</summary>
    /// <exception cref="LabException">The instrument carries no samples, or no trial under way had a carriage by it that came to no end.</exception>
    public (ActionState Carriage, SampleTaken Taken) TakenFrom(CampaignState state, string instrument, string by, string why)
    {
        if (Stations.Transports.All(transport => transport.Instrument != instrument))
            throw new LabException(LabFault.NotFound, $"'{instrument}' carries no samples; {(Stations.Transports.IsEmpty ? "nothing in this lab does" : $"{string.Join(", ", Stations.Transports.Select(transport => transport.Instrument))} does")}");
        foreach (var trial in state.UnderWay)
            if (trial.MayBeHeldBy(instrument) is { } carriage) return (carriage, new SampleTaken(trial.Number, instrument, by, why));
        throw new LabException(LabFault.NotFound, $"no trial under way of '{state.Id}' has a carriage by {instrument} that came to no end; 'lab show {state.Id} --trial N' tells where its sample is");
    }

    private void OnCampaign(CampaignState state)
    {
        CampaignChanged?.Invoke(state);
        if (state.Phase is not (CampaignPhase.Ended or CampaignPhase.Paused) || state.PauseUntil is not null) return;
        _rests[state.Id] = state;
        if (_running.All(_rests.ContainsKey)) _outcome.TrySetResult([.. _running.Select(id => _rests[id])]);
    }
}
