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
    /// <summary>Orders for the queue that were refused and are on record one by one, while the lab runs.</summary>
    private const int MostRefused = 100;

    private readonly ConcurrentDictionary<string, CampaignState> _rests = new(StringComparer.Ordinal);
    private readonly Tally _refused = new(MostRefused, together: MostRefused);
    private QueueRefused? _lastRefused;
    private ImmutableArray<string> _running = [];

    /// <summary>Runs a campaign that is on record until it ends or pauses.</summary>
    /// <exception cref="LabException">The lab cannot go on; what is on record stays, and the campaign can be resumed.</exception>
    public async Task<CampaignState> RunAsync(string id, CancellationToken cancellation) => (await RunAsync([id], cancellation))[0];

    /// <summary>Runs several campaigns that are on record side by side, until each has ended or paused. A lab does this once.</summary>
    /// <exception cref="LabException">The lab cannot go on; what is on record stays, and the campaigns can be resumed. Or samples of others stand in its way.</exception>
    public Task<ImmutableArray<CampaignState>> RunAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        RequireAll(ids);
        var (draws, learnt) = (DeclareStock(), LearntDurations.Of(Ledger, Stations, Clock.GetUtcNow()));
        lock (_rests)
        {
            _running = [.. ids];
            _root.Tell(new RunCampaigns(_running) { Draws = draws, Learnt = learnt });
        }

        return _outcome.Task.Here().WaitAsync(cancellation);
    }

    /// <summary>Demands that no campaign beside these has samples in the lab, or a place of which nobody knows whether it is clean. Nothing is recorded.</summary>
    /// <exception cref="LabException">One has.</exception>
    public void RequireAll(IReadOnlyList<string> ids)
    {
        if (UncleanPlace.All(Ledger.Entries<OutcomeGivenUp>().Select(entry => entry.Campaign).Distinct(StringComparer.Ordinal).Except(ids).Select(id => CampaignRecord.Find(Ledger, id))).FirstOrDefault() is { } unclean)
            throw new LabException(LabFault.NotNow, $"nobody knows whether the lab has cleaned up after {unclean}, and others would be made there; clean up by hand, empty its vessel for instance, and say so: lab resume {unclean.Campaign} --cleaned {unclean} --by NAME");
        if (Stations.Locations.IsEmpty) return;
        string[] all = [.. CampaignRecord.All(Ledger).Where(state => state.Phase != CampaignPhase.Ended && state.UnderWay.Any()).Select(state => state.Id)];
        if (all.Except(ids).ToArray() is { Length: > 0 } left)
            throw new LabException(LabFault.NotNow, $"samples of {string.Join(" and ", left)} stand in the lab, and nobody else may take their places; go on with all of them: lab resume {string.Join(' ', all)}");
    }

    /// <summary>Brings the instruments of all campaigns to their safe state at once and lets the campaigns rest, without cleaning up; only a person takes the instruments out of it.</summary>
    public void Halt(string reason) => _root.Tell(new CampaignRequest.SafeMode(reason));

    /// <summary>Changes what waits, or interrupts what runs, if the policy lets whoever wants it; a lab that runs follows at once.</summary>
    public async Task<QueueReply> QueueAsync(QueueOrder order, CancellationToken cancellation)
    {
        if (Refusal(Parts.Policy(), order) is { } refusal)
        {
            Note(refusal);
            return new QueueReply(false, refusal.Reason);
        }

        if (order.What == QueueOrder.Add) return await AddAsync(order, cancellation);
        if (order is { What: QueueOrder.Edit, Trials: { } trials } && Ledger.Campaigns().Contains(order.Campaign)
            && DeniedTo(order.By, QueueOrder.Edit, CampaignRecord.Find(Ledger, order.Campaign).Plan.With(trials: trials)) is { } denied) return new QueueReply(false, denied);
        if (_outcome.Task.IsCompleted) return new QueueReply(false, "all campaigns have come to rest or to their ends, and the lab is about to end");
        var isInterruption = QueueOrder.Interruptions.Contains(order.What);
        string[] runs = [.. _running.Where(id => isInterruption ? _rests.GetValueOrDefault(id) is not { Phase: CampaignPhase.Ended } : !_rests.ContainsKey(id))];
        if (order.What == QueueOrder.Halt) return Halt(order, runs);
        if (isInterruption && order.Campaign.Length == 0 && runs.Length > 0) return await EachAsync(order, runs, cancellation);
        return runs.Contains(order.Campaign)
            ? await _root.Ask<QueueReply>(new CampaignRequest.Change(order), TimeSpan.FromSeconds(10), cancellation)
            : new QueueReply(false, $"no campaign '{order.Campaign}' runs here; there {(runs.Length == 0 ? "is none" : $"are {string.Join(", ", runs)}")}");
    }

    private QueueReply Halt(QueueOrder order, string[] runs)
    {
        if (runs.Length == 0) return new QueueReply(false, "no campaign runs here that could be halted; 'lab stop' brings every instrument to its safe state");
        Halt($"halted by {order.By}: {order.Reason}");
        return new QueueReply(true, $"{string.Join(", ", runs)}: nothing begins, nothing is cleaned up, and the instruments are brought to their safe state, out of which a person clears them: 'lab resume {string.Join(' ', runs)} --clear WHY --by NAME'");
    }

    private async Task<QueueReply> EachAsync(QueueOrder order, string[] campaigns, CancellationToken cancellation)
    {
        var replies = new List<QueueReply>();
        foreach (var campaign in campaigns) replies.Add(await _root.Ask<QueueReply>(new CampaignRequest.Change(order with { Campaign = campaign }), TimeSpan.FromSeconds(10), cancellation));
        return new QueueReply(replies.Any(reply => reply.Done), string.Join('\n', replies.Select(reply => reply.Words)));
    }

    /// <summary>The same of campaigns on record where no lab runs.</summary>
    internal static QueueReply Queue(Ledger ledger, LabPolicy policy, QueueOrder order)
    {
        if (Refusal(policy, order) is { } refusal)
        {
            ledger.Append(Ledger.OfTheLab, [refusal]);
            return new QueueReply(false, refusal.Reason);
        }

        if (order.What == QueueOrder.Add) return new QueueReply(false, "no lab runs on this data directory; 'lab run FILE' begins a campaign");
        if (order.What is QueueOrder.Pause or QueueOrder.Resume) return new QueueReply(false, "no lab runs on this data directory, and nothing of it moves; 'lab resume' takes up what rests");
        if (order.What == QueueOrder.Halt) return new QueueReply(false, "no lab runs on this data directory; 'lab stop' reaches the instruments of one that runs elsewhere");
        if (!ledger.Campaigns().Contains(order.Campaign)) return new QueueReply(false, $"no campaign '{order.Campaign}' is on record");
        var (happened, words) = QueueDecision.Decide(CampaignRecord.Find(ledger, order.Campaign), order, granted: false);
        if (happened is not null) ledger.Append(order.Campaign, [happened]);
        if (happened is FinishRequested) words = $"{order.Campaign} begins no more trials; no lab runs here, and it ends with 'lab resume {order.Campaign}'";
        if (happened is AbortRequested) words = $"{order.Campaign} is to end, and begins nothing more; no lab runs here, and it ends with 'lab resume {order.Campaign}'";
        return new QueueReply(happened is not null, words);
    }

    /// <summary>Demands that the policy lets a person begin a campaign that was checked, by what its instruments offer now. What it does not let anybody do is on record.</summary>
    /// <exception cref="LabException">It does not.</exception>
    public void RequireAllowed(CampaignPlan plan, string by)
    {
        if (DeniedTo(by, "run", plan) is { } why)
            throw new LabException(LabFault.Denied, $"campaign '{plan.Name}' ({plan.File}) does not begin; the policy denies it: {why}. Policy:Envelope of the lab's configuration says what campaigns may take");
    }

    /// <summary>Demands of a campaign that an agent began and of which nothing has happened yet that it is within the envelope of now.</summary>
    /// <exception cref="LabException">It is not.</exception>
    public void RequireStillAllowed(CampaignState state)
    {
        if (state is not { ApprovedTrials: not null, Trials.Count: 0 } || Parts.Policy().Envelope.LeftBy(FactsOf(state.Plan)) is not { } how) return;
        throw new LabException(LabFault.Denied, $"campaign '{state.Id}', which an agent began, has no trial yet, and is outside the envelope of now: {how}. Policy:Envelope of the lab's configuration says what campaigns of agents may take; 'lab queue remove {state.Id}' takes it out");
    }

    /// <summary>Why the policy does not let a person have a campaign; null where it does.</summary>
    private string? DeniedTo(string by, string what, CampaignPlan plan)
    {
        if (Parts.Policy().JudgePerson(by, FactsOf(plan)) is not Verdict.Denied denied) return null;
        Note(new QueueRefused(Short(by), QueueRules.Operator, what, Short(plan.Name), Short(denied.Reason)));
        return denied.Reason;
    }

    private static QueueRefused? Refusal(LabPolicy policy, QueueOrder order) =>
        policy.JudgeQueue(order) is Verdict.Denied denied ? new QueueRefused(Short(order.By), Short(order.Role), Short(order.What), Short(order.Target), Short(denied.Reason)) : null;

    /// <summary>Whoever is refused may say anything, as long as he likes.</summary>
    private static string Short(string text) => text.Length <= 200 ? text : text[..200] + "…";

    /// <summary>Whoever is refused may ask again without end: of what is beyond the first it is on record how many there were.</summary>
    private void Note(QueueRefused refusal)
    {
        lock (_refused)
        {
            _lastRefused = refusal;
            if (_refused.Add()) Ledger.Append(Ledger.OfTheLab, [refusal]);
            else if (_refused.IsDue) TellRefused();
        }
    }

    private void TellRefused()
    {
        lock (_refused)
        {
            if (_refused.Take() is > 0 and var count) Ledger.Append(Ledger.OfTheLab, [_lastRefused! with { Count = count }]);
        }
    }

    private bool IsOver => _running.IsEmpty || _outcome.Task.IsCompleted;

    private static QueueReply NothingRuns => new(false, "no campaign runs here that another could run beside");

    private async Task<QueueReply> AddAsync(QueueOrder order, CancellationToken cancellation)
    {
        if (IsOver) return NothingRuns;
        try
        {
            var plan = CampaignFile.Parse(order.Text ?? "", order.Campaign, order.Constants, order.Tables);
            await CheckAsync(plan, cancellation);
            if (DeniedTo(order.By, QueueOrder.Add, plan) is { } denied) return new QueueReply(false, denied);
            if (Uncounted(plan) is { } uncounted) return new QueueReply(false, uncounted);
            var learnt = LearntDurations.Of(Ledger, Stations, Clock.GetUtcNow());
            string id;
            lock (_rests)
            {
                // The last one that ran may have come to its end while this one was checked; then nobody waits for another.
                if (IsOver) return NothingRuns;
                id = Begin(plan, order.By, new QueueChanged(order.By, order.Role, order.Reason));
                _running = _running.Add(id);
                _root.Tell(new AddCampaign(id) { Learnt = learnt });
            }

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
        lock (_rests)
        {
            if (state.Phase is not (CampaignPhase.Ended or CampaignPhase.Paused) || state.PauseUntil is not null)
            {
                _rests.TryRemove(state.Id, out _);      // somebody wanted it to go on
                return;
            }

            _rests[state.Id] = state;
            if (_running.All(_rests.ContainsKey)) _outcome.TrySetResult([.. _running.Select(id => _rests[id])]);
        }
    }
}
