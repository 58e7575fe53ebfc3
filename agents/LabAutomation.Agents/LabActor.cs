using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Consumables;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;

namespace LabAutomation.Agents;

/// <summary>
/// The root of all agents. One that fails takes its colleagues with it, and all start again from the ledger: none can be left waiting
/// for an answer that a colleague has forgotten. What a restart cannot mend is told to <c>onFatal</c>.
/// </summary>
public sealed class LabActor : ReceiveActor
{
    private const int MaximumFailures = 5;

    private readonly Action<Exception> _onFatal;
    private readonly Action _onStopped;
    private readonly List<IActorRef> _campaigns = [];

    /// <summary>Those that run; an agent that starts again finds here who has come meanwhile.</summary>
    private readonly List<string> _ids = [];
    private Action<AddCampaign>? _add;
    private IActorRef _stockroom = ActorRefs.Nobody;
    private int _failures;

    /// <param name="onFatal">Called once with what makes going on impossible; returns at once.</param>
    /// <param name="onStopped">Called when it has stopped, and all agents under it before; returns at once.</param>
    public LabActor(LabSurroundings lab, Action<Exception> onFatal, Action onStopped)
    {
        (_onFatal, _onStopped) = (onFatal, onStopped);
        var bench = Context.ActorOf(lab.Props(() => new BenchActor(lab)), "bench");
        var planner = Context.ActorOf(lab.Props(() => new PlannerActor()), "planner");
        var analyst = Context.ActorOf(lab.Props(() => new AnalystActor(lab.Ledger, lab.Models)), "analyst");

        Receive<RunCampaigns>(run =>
        {
            // What instruments show is written down once, with the first of the campaigns that run together.
            Context.ActorOf(lab.Props(() => new RecorderActor(run.Campaigns[0], lab.Ledger, lab.Patience)), "recorder");
            var stations = lab.Stations with { Draws = run.Draws, Learnt = run.Learnt };
            if (!run.Draws.IsEmpty) _stockroom = Context.ActorOf(lab.Props(() => new StockroomActor(lab.Ledger)), "stockroom");
            var (stockroom, campaigns) = (_stockroom, _ids);
            _ids.AddRange(run.Campaigns);
            var scheduler = Context.ActorOf(lab.Props(() => new SchedulerActor(stations, campaigns, bench, stockroom, lab.Ledger, lab.Clock)), "scheduler");
            var crew = new CampaignCrew(planner, bench, analyst, scheduler);
            void Add(string id, LabStations known) => _campaigns.Add(Context.ActorOf(lab.Props(() => new CampaignActor(id, lab.Ledger, crew, known, lab.Clock)), $"campaign-{id}"));
            _add = add =>
            {
                _ids.Add(add.Campaign);
                scheduler.Tell(new SchedulerMessage.Joins(add.Campaign));
                Add(add.Campaign, stations with { Learnt = add.Learnt });
            };
            foreach (var id in run.Campaigns) Add(id, stations);
        });
        Receive<AddCampaign>(add => _add?.Invoke(add));
        Receive<CampaignRequest>(request =>
        {
            foreach (var campaign in _campaigns) campaign.Forward(request);
        });
        Receive<BenchMessage>(message => bench.Forward(message));
        Receive<StockMessage>(message => _stockroom.Forward(message));
    }

    protected override void PostStop() => _onStopped();

    protected override SupervisorStrategy SupervisorStrategy() => new AllForOneStrategy(error =>
    {
        if (Root(error) is not (LedgerException or CampaignFileException) && ++_failures <= MaximumFailures) return Directive.Restart;
        _onFatal(Root(error));
        return Directive.Stop;
    });

    private static Exception Root(Exception error) => error is ActorInitializationException { InnerException: { } inner } ? inner : error;
}

/// <summary>Start a campaign that is on record beside those that run.</summary>
public sealed record AddCampaign(string Campaign)
{
    /// <inheritdoc cref="RunCampaigns.Learnt"/>
    public LearntDurations Learnt { get; init; } = LearntDurations.None;
}

/// <summary>Start, or take up again, the campaigns that are on record under these ids, side by side. Once in the life of a lab.</summary>
/// <param name="Campaigns">One or more.</param>
public sealed record RunCampaigns(ImmutableArray<string> Campaigns)
{
    /// <summary>What the instruments draw of the lab's consumables.</summary>
    public DrawTable Draws { get; init; } = DrawTable.Empty;

    /// <summary>How long actions took, as the ledger has it now.</summary>
    public LearntDurations Learnt { get; init; } = LearntDurations.None;
}
