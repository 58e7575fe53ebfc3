using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;

namespace LabAutomation.Agents.Scheduling;

/// <summary>Says what begins when, and with which instruments, for all campaigns of a lab. The rules are in <see cref="LabSchedule"/>; this actor hears, plans once for all that has come, and grants.</summary>
internal sealed class SchedulerActor : ReceiveActor
{
    /// <summary>What says that an instrument can work, or cannot.</summary>
    private static readonly Type[] Heard = [typeof(InstrumentNotice.Appeared), typeof(InstrumentNotice.WentOnline), typeof(InstrumentNotice.ChangedState)];

    private readonly Dictionary<string, IActorRef> _campaigns = new(StringComparer.Ordinal);
    private readonly List<SharedAction> _shared = [];
    private readonly HashSet<string> _awaited;
    private readonly LabSchedule _schedule;
    private readonly TimeProvider _clock;
    private readonly IActorRef _bench;
    private readonly IActorRef _stockroom;
    private readonly List<string> _all;
    private readonly RefillWatch _refills;
    private bool _isSupplied;
    private ImmutableHashSet<ActionId> _counted = [];
    private readonly Ledger _ledger;
    private ITimer? _next;
    private bool _looks;

    /// <param name="campaigns">All that run together: before each has said where its samples stand, nothing is granted.</param>
    /// <param name="clock">Lab time.</param>
    public SchedulerActor(LabStations lab, IReadOnlyCollection<string> campaigns, IActorRef bench, IActorRef stockroom, Ledger ledger, TimeProvider clock)
    {
        (_schedule, _awaited, _bench, _stockroom, _ledger, _clock) = (new LabSchedule(lab, LabBreakers.Recorded(lab, ledger, clock.GetUtcNow()), LabSettings.Recorded(lab, ledger, clock.GetUtcNow())), [.. campaigns], bench, stockroom, ledger, clock);
        (_all, _refills, _isSupplied) = ([.. campaigns], new RefillWatch(lab.Consumables), lab.Draws.IsEmpty);
        Receive<SchedulerMessage.Declare>(declared =>
        {
            _campaigns[declared.Campaign] = Sender;
            var wasAwaited = _awaited.Remove(declared.Campaign);
            var isNew = _schedule.Declare(declared);
            foreach (var shared in _shared) shared.Heard(declared.Campaign, declared.Heard);
            BeginShared();
            if (isNew || wasAwaited) LookSoon();
        });
        Receive<SchedulerMessage.Ready>(ready =>
        {
            foreach (var shared in _shared) shared.Take(ready.Campaign, ready.Number, ready.Request);
            BeginShared();
        });
        Receive<SchedulerMessage.Concluded>(ended =>
        {
            if (_counted.Contains(ended.Action)) AskForSupply();
            if (_schedule.Hear(ended) is not { } changed) return;
            Tell(ended.Campaign, changed);
            LookSoon();
        });
        Receive<SchedulerMessage.Supplied>(supplied =>
        {
            (_schedule.Supply, _counted, _isSupplied) = (supplied.Supply, supplied.Counted, true);
            _refills.Supplied();
            LookSoon();
        });
        Receive<SchedulerMessage.Joins>(joins =>
        {
            _awaited.Add(joins.Campaign);
            _all.Add(joins.Campaign);
            if (lab.Draws.IsEmpty) return;
            AskForSupply();
        });
        Receive<InstrumentNotice>(notice => LookIf(_schedule.Away.Hear(notice)));
        Receive<InstrumentList>(seen => LookIf(_schedule.Away.Hear(seen)));
        Receive<SchedulerMessage.Look>(_ => Look());
    }

    /// <summary>Nothing is granted before it is known what there is.</summary>
    protected override void PreStart()
    {
        foreach (var kind in Heard) Context.System.EventStream.Subscribe(Self, kind);
        _bench.Tell(BenchMessage.GetInstruments.Instance);
        if (!_isSupplied) AskForSupply();
    }

    private void AskForSupply()
    {
        _isSupplied = false;
        _stockroom.Tell(new StockMessage.Supply([.. _all]));
    }

    /// <summary>On record before anybody acts on it.</summary>
    private void Tell(string campaign, BreakerChanged changed)
    {
        _ledger.Append(campaign, [changed]);
        Context.System.EventStream.Publish(new InstrumentNotice.BreakerWent(changed.Instrument, changed));
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _next?.Dispose();
    }

    private void LookIf(bool isNew)
    {
        if (isNew) LookSoon();
    }

    private void LookSoon()
    {
        if (_looks) return;
        _looks = true;
        Self.Tell(SchedulerMessage.Look.Instance, ActorRefs.NoSender);
    }

    private void Look()
    {
        _looks = false;
        if (_awaited.Count > 0 || !_isSupplied) return;
        var now = _clock.GetUtcNow();
        foreach (var together in _schedule.Plan(now))
        {
            if (together[0].Grant is Grant.Begin { IsShared: true }) _shared.Add(new SharedAction(together.Select(one => (one.Campaign, one.Grant))));
            foreach (var (campaign, grant) in together)
            {
                foreach (var probe in _schedule.Probes(campaign, grant, now)) Tell(campaign, probe);
                _campaigns[campaign].Tell(grant);
            }
        }

        foreach (var waits in _schedule.Short) _campaigns[waits.Campaign].Tell(new OutOf(waits.Trial, waits.Consumable, $"out of {waits.Consumable}: {_refills.Words(waits)}"));
        foreach (var request in _refills.Wanted(_schedule.OnHand, _schedule.Short, now)) _stockroom.Tell(new StockMessage.Want(request));
        foreach (var (campaign, reason) in _schedule.Obstructed()) _campaigns[campaign].Tell(new Obstructed(reason));
        _next?.Dispose();
        _next = null;
        if (_schedule.Next is not { } next) return;
        var self = Self;
        _next = _clock.CreateTimer(_ => self.Tell(SchedulerMessage.Look.Instance, ActorRefs.NoSender), null, next - now, Timeout.InfiniteTimeSpan);
    }

    private void BeginShared()
    {
        foreach (var shared in _shared.Where(shared => shared.IsComplete))
        {
            foreach (var (campaign, grant) in shared.Withdrawn()) _campaigns[campaign].Tell(new Withdrawn(grant.Number, grant.For));
            ImmutableArray<BenchMessage.Member> members = [.. shared.Members().Select(member => new BenchMessage.Member(member.Campaign, member.Request, _campaigns[member.Campaign]))];
            if (!members.IsEmpty) _bench.Tell(new BenchMessage.PerformTogether(members));
        }

        _shared.RemoveAll(shared => shared.IsComplete);
    }
}
