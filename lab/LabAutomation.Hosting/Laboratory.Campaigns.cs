using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Reasoning;
using LabAutomation.Agents.Records;
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
        RequireAll(ids);
        _root.Tell(new RunCampaigns(_running) { Draws = DeclareStock() });
        return _outcome.Task.Here().WaitAsync(cancellation);
    }

    /// <summary>Demands that no campaign beside these has samples in the lab. Nothing is recorded.</summary>
    /// <exception cref="LabException">One has.</exception>
    public void RequireAll(IReadOnlyList<string> ids)
    {
        if (Stations.Locations.IsEmpty) return;
        string[] all = [.. CampaignRecord.All(Ledger).Where(state => state.Phase != CampaignPhase.Ended && state.UnderWay.Any()).Select(state => state.Id)];
        if (all.Except(ids).ToArray() is { Length: > 0 } left)
            throw new LabException(LabFault.NotNow, $"samples of {string.Join(" and ", left)} stand in the lab, and nobody else may take their places; go on with all of them: lab resume {string.Join(' ', all)}");
    }

    /// <summary>Brings the instruments of all campaigns to their safe state at once and lets the campaigns rest, without cleaning up; only a person takes the instruments out of it.</summary>
    public void Halt(string reason) => _root.Tell(new CampaignRequest.SafeMode(reason));

    /// <summary>Changes what waits, if the policy lets whoever wants it; a lab that runs follows at once.</summary>
    public async Task<QueueReply> QueueAsync(QueueOrder order, CancellationToken cancellation)
    {
        if (Refused(Ledger, Parts.Policy, order) is { } refused) return refused;
        if (order.What == QueueOrder.Add) return await AddAsync(order, cancellation);
        return _running.Contains(order.Campaign) && !_rests.ContainsKey(order.Campaign)
            ? await _root.Ask<QueueReply>(new CampaignRequest.Change(order), TimeSpan.FromSeconds(10), cancellation)
            : new QueueReply(false, $"no campaign '{order.Campaign}' runs here; there {(_running.IsEmpty ? "is none" : $"are {string.Join(", ", _running.Where(id => !_rests.ContainsKey(id)))}")}");
    }

    /// <summary>The same of campaigns on record where no lab runs.</summary>
    internal static QueueReply Queue(Ledger ledger, LabPolicy policy, QueueOrder order)
    {
        if (Refused(ledger, policy, order) is { } refused) return refused;
        if (order.What == QueueOrder.Add) return new QueueReply(false, "no lab runs on this data directory; 'lab run FILE' begins a campaign");
        if (!ledger.Campaigns().Contains(order.Campaign)) return new QueueReply(false, $"no campaign '{order.Campaign}' is on record");
        var (happened, words) = QueueDecision.Decide(CampaignRecord.Find(ledger, order.Campaign), order, granted: false);
        if (happened is not null) ledger.Append(order.Campaign, [happened]);
        if (happened is AbortRequested) words = $"{order.Campaign} is to end, and begins nothing more; no lab runs here, and it ends with 'lab resume {order.Campaign}'";
        return new QueueReply(happened is not null, words);
    }

    private static QueueReply? Refused(Ledger ledger, LabPolicy policy, QueueOrder order)
    {
        if (policy.JudgeQueue(order) is not Verdict.Denied denied) return null;
        ledger.Append(Ledger.OfTheLab, [new QueueRefused(order.By, order.Role, order.What, order.Target, denied.Reason)]);
        return new QueueReply(false, denied.Reason);
    }

    private async Task<QueueReply> AddAsync(QueueOrder order, CancellationToken cancellation)
    {
        if (_running.IsEmpty || _outcome.Task.IsCompleted) return new QueueReply(false, "no campaign runs here that another could run beside");
        try
        {
            var plan = CampaignFile.Parse(order.Text ?? "", order.Campaign, order.Constants, order.Tables);
            await CheckAsync(plan, cancellation);
            if (Uncounted(plan) is { } uncounted) return new QueueReply(false, uncounted);
            var id = Begin(plan, new QueueChanged(order.By, order.Role, order.Reason));
            lock (_rests) _running = _running.Add(id);
            _root.Tell(new AddCampaign(id));
            return new QueueReply(true, $"{id} is on record and runs beside {string.Join(", ", _running.Where(other => other != id && !_rests.ContainsKey(other)))}");
        }
        catch (CampaignFileException error)
        {
            return new QueueReply(false, string.Join('\n', error.Problems));
        }
    }

    /// <summary>Asks the campaigns to rest after the trials under way.</summary>
    public void Pause() => _root.Tell(new CampaignRequest.Pause());

    /// <summary>Asks the campaigns to end now, with cleaning up.</summary>
    public void Abort(string reason) => _root.Tell(new CampaignRequest.Abort(reason));

    /// <summary>Whose sample may be in the gripper of an instrument, and what a person who took it by hand says of it.</summary>
    /// <param name="sample">Campaign and trial, <c>ID/N</c>; null where only one comes into question.</param>
    /// <exception cref="LabException">The instrument carries no samples; no trial under way had a carriage by it that came to no end, or not this one; or several had.</exception>
    public (string Campaign, SampleTaken Taken) TakenFrom(IReadOnlyList<CampaignState> states, string instrument, string? sample, string by, string why)
    {
        if (Stations.Transports.All(transport => transport.Instrument != instrument))
            throw new LabException(LabFault.NotFound, $"'{instrument}' carries no samples; {(Stations.Transports.IsEmpty ? "nothing in this lab does" : $"{string.Join(", ", Stations.Transports.Select(transport => transport.Instrument))} does")}");
        var held = HeldSample.Of(states, instrument, sample);
        return (held.Campaign, new SampleTaken(held.Trial, instrument, by, why));
    }

    private void OnCampaign(CampaignState state)
    {
        CampaignChanged?.Invoke(state);
        if (state.Phase is not (CampaignPhase.Ended or CampaignPhase.Paused) || state.PauseUntil is not null) return;
        lock (_rests)
        {
            _rests[state.Id] = state;
            if (!_running.All(_rests.ContainsKey)) return;
        }

        _outcome.TrySetResult([.. _running.Select(id => _rests[id])]);
    }
}
