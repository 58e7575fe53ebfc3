using System.Collections.Immutable;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Protocol;
using LabAutomation.Simulators.Worlds;

namespace LabAutomation.Hosting.Chaos;

/// <summary>Who begins the campaign, looks at the bench when nobody knows what became of an action, and starts the program again when it has ended.</summary>
/// <param name="folder">The data directory of the lab.</param>
/// <param name="missed">How much later somebody comes who is called now.</param>
internal sealed class Person(EpisodeSetup setup, Random random, string folder, Func<TimeSpan> missed)
{
    private const string Name = "person";

    private readonly HashSet<(string Campaign, DateTimeOffset Until)> _asked = [];

    /// <summary>Samples in hand that are not on record as taken: where the record could not be written, they are told the next time.</summary>
    private readonly List<(string Campaign, SampleTaken Taken)> _inHand = [];

    /// <summary>Lab time between the need for somebody and somebody's coming. Who has come in vain comes back later: a furnace takes hours to cool.</summary>
    public TimeSpan React(int inVain) => TimeSpan.FromSeconds(10 + (random.NextDouble() * 1190)) * (1 << Math.Clamp(inVain - 1, 0, 5));

    /// <summary>What is done at the terminal after the lab came up: <c>lab run</c>, or <c>lab reconcile</c> and <c>lab resume</c>.</summary>
    /// <exception cref="LabException">The lab says why it does not go on.</exception>
    /// <param name="running">Told when the campaigns run.</param>
    /// <returns>Every campaign, as it ended or rests.</returns>
    public async Task<ImmutableArray<CampaignState>> WorkAsync(Laboratory lab, Action<Laboratory> running)
    {
        var clear = new PersonsClear(Name, "looked at it");
        var (states, begun) = (CampaignRecord.All(lab.Ledger), new List<string>());
        CampaignState[] unfinished = [.. states.Where(state => state.Phase != CampaignPhase.Ended)];
        var held = Held(lab);
        _inHand.RemoveAll(one => !IsMissing(unfinished, one.Campaign, one.Taken));
        _inHand.AddRange(held.Select(carrier => Seen(lab, unfinished, carrier)).OfType<HeldSample>().Select(sample => lab.TakenFrom(unfinished, sample.Carriage.Intent.Instrument, sample.ToString(), Name, "found it in the gripper")));
        foreach (var state in unfinished)
        {
            var givenUp = await FindOutAsync(lab, state, held);
            SampleTaken[] taken = [.. _inHand.Where(one => one.Campaign == state.Id).Select(one => one.Taken)];
            foreach (var one in taken.Where(one => lab.Floor!.IsHeld(one.Instrument))) lab.Floor!.EmptyGripper(one.Instrument);
            await lab.CheckAsync(state.Plan, CancellationToken.None, clear);
            lab.Resume(CampaignRecord.Find(lab.Ledger, state.Id), givenUp, "nobody can tell", taken, CleanUp(lab, state, givenUp));
            begun.Add(state.Id);
        }

        // Where the program ended while campaigns were begun, the others are begun now.
        foreach (var plan in setup.Plans.Skip(states.Count))
        {
            await lab.CheckAsync(plan, CancellationToken.None, clear);
            begun.Add(lab.Begin(plan));
        }

        using var refills = new SimulatedRefills(lab, lab.Clock, () => missed() + React(0)).Attend();
        if (begun.Count == 0) return [.. states];
        lab.CampaignChanged += state => Hear(lab, state);
        var run = lab.RunAsync(begun, CancellationToken.None);
        running(lab);
        return [.. states.Where(state => state.Phase == CampaignPhase.Ended), .. await run];
    }

    /// <summary>Who is asked to look until a certain time sometimes comes, and stops the program to do so; otherwise the time passes.</summary>
    private void Hear(Laboratory lab, CampaignState state)
    {
        if (state.PauseUntil is not { } until || !_asked.Add((state.Id, until)) || random.Next(2) == 0) return;
        lab.Clock.CreateTimer(_ =>
        {
            if (CampaignRecord.Find(lab.Ledger, state.Id).PauseUntil == until) lab.Pause();
        }, null, missed() + React(0), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Vessels of which nobody knows whether they are clean are emptied by hand, at once or when the lab says that it waits for that.</summary>
    private PlaceCleaned[] CleanUp(Laboratory lab, CampaignState state, IReadOnlyCollection<ActionId> givenUp)
    {
        var known = givenUp.Aggregate(state, (given, action) => given.Apply(new OutcomeGivenUp(action, Name, ""), lab.Clock.GetUtcNow()));
        TrialState[] seen = [.. known.UnderWay.Where(trial => trial.LeftUnclean(state.Plan) is not null && (state.Trials[trial.Number - 1].LeftUnclean(state.Plan) is not null || random.Next(2) == 0))];
        foreach (var trial in seen) lab.BenchAt(trial.Station)?.Empty();
        return [.. seen.Select(trial => new PlaceCleaned(trial.Number, Name))];
    }

    /// <summary>What stands still with a sample in its gripper.</summary>
    private static string[] Held(Laboratory lab) => lab.Floor is { } floor ? [.. lab.Stations.Transports.Select(transport => transport.Instrument).Where(floor.IsHeld)] : [];

    /// <summary>Whose sample an instrument has in its gripper, as somebody sees who looks where it comes from; null where the record knows of none.</summary>
    private static HeldSample? Seen(Laboratory lab, IEnumerable<CampaignState> states, string carrier) => HeldSample.All(states, carrier)
        .OrderByDescending(one => one.Carriage.Intent.Arguments.TryGetValue("from", out var from) && from.Value == lab.Floor!.HeldFrom(carrier)).FirstOrDefault();

    private static bool IsMissing(IEnumerable<CampaignState> states, string campaign, SampleTaken taken) =>
        states.Any(state => state.Id == campaign && state.UnderWay.Any(trial => trial.Number == taken.Trial && trial.MayBeHeldBy(taken.Instrument) is not null));

    /// <returns>The actions of which nobody will find out any more.</returns>
    private async Task<IReadOnlyCollection<ActionId>> FindOutAsync(Laboratory lab, CampaignState state, IReadOnlyCollection<string> held)
    {
        var givenUp = new List<ActionId>();
        var record = lab.Ledger.Read().Select(entry => entry.Event).ToArray();
        var idle = record.OfType<ActionEnded>().GroupBy(ended => ended.Action).Where(ends => ends.Last() is { Repetition: Repetition.DidNothing } or { Result.Status: ActionStatus.Expired }).Select(ends => ends.Key).ToHashSet();
        var intents = record.OfType<ActionIntended>().Where(intent => !idle.Contains(intent.Action)).DistinctBy(intent => intent.Action).ToArray();
        foreach (var action in state.Unknown.ToArray())
        {
            var happened = OnceOracle.HadEffect(action.Intent, intents, EffectLedger.ReadAll(DataDirectory.DevicesIn(folder)));
            var isHeld = action.Intent.Index == ActionPlace.Carry && held.Contains(action.Intent.Instrument);
            var finding = random.Next(4) == 0 || isHeld ? Finding.Unknowable : happened ? Finding.Happened : Finding.DidNotHappen;
            var found = new ReconcileFrame(action.Intent.Action, finding, Name, "looked at the bench", lab.Clock.GetUtcNow());
            var reply = await lab.ReconcileAsync(action.Intent.Instrument, found, CancellationToken.None);
            if (reply.Done && lab.Settle(found, isLost: reply.Message != ControlReply.Plain).Contains(state.Id) && found.Finding == Finding.Unknowable) givenUp.Add(action.Intent.Action);
        }

        return givenUp;
    }
}
