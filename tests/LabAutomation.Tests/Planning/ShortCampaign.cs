using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents;
using LabAutomation.Agents.Analysis;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Planning;
using LabAutomation.Agents.Records;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Planning;

/// <summary>A campaign of two doses with the product's own campaign and planner actors and ledger; only what bench and analyst say is written here.</summary>
internal sealed class ShortCampaign : IDisposable
{
    public const string Id = "doses-1";

    private static readonly ImmutableSortedDictionary<string, Quantity> None = ImmutableSortedDictionary<string, Quantity>.Empty;

    private readonly string _folder = Directory.CreateTempSubdirectory("short-campaign-").FullName;
    private readonly ActorSystem _actors = ActorSystem.Create("short-campaign");

    public ShortCampaign(string goal, string planner = "{ kind: gaussian-process, initial: 6 }", string rules = "constraints: []")
    {
        Ledger = Ledger.Open(Path.Combine(_folder, "ledger.db"), TimeProvider.System);
        Planner = _actors.ActorOf(Props.Create(() => new PlannerActor()));
        Text = $$"""
            campaign: doses
            seed: 5
            goal: {{goal}}
            parameters:
              cyan: { kind: real, low: 0.1 mL, high: 1 mL }
              yellow: { kind: real, low: 0.1 mL, high: 1 mL }
            {{rules}}
            workflow:
              - step: dose
                actions:
                  - { instrument: pump-a, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }
                  - { instrument: pump-b, command: dispense, with: { volume: =yellow, rate: 6 mL/min } }
              - step: measure
                actions:
                  - { instrument: eye, command: acquire, with: { integration: 50 ms }, as: reading }
            analysis:
              - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }
            planner: {{planner}}
            limits: { failed_trials: 20 }
            """;
        Plan = CampaignFile.Parse(Text, "doses.yaml");
        Ledger.Append(Id, [new CampaignStarted("doses.yaml", Text, Plan.Sha256, Plan.Seed, Plan.PlannerKind, Plan.Goal.Until.Trials, "bench", ImmutableSortedDictionary<string, string>.Empty)]);
    }

    public string Text { get; }

    public CampaignPlan Plan { get; }

    public Ledger Ledger { get; }

    public IActorRef Planner { get; }

    public CampaignState State => CampaignState.Replay(Ledger.Read(Id));

    /// <summary>Cyan and yellow of a trial in mL.</summary>
    public static (double Cyan, double Yellow) Doses(TrialValues values) => (values["cyan"].Quantity!.Value.Value, values["yellow"].Quantity!.Value.Value);

    /// <param name="measure">Difference and colour of a trial by its doses.</param>
    /// <param name="fails">Whether a pump stalls at a volume.</param>
    public async Task<CampaignState> RunAsync(Func<double, double, (double Difference, double L)> measure, Func<string, double, bool>? fails = null)
    {
        var ended = new TaskCompletionSource<CampaignState>(TaskCreationOptions.RunContinuationsAsynchronously);
        var watching = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var bench = _actors.ActorOf(Props.Create(() => new Bench(Ledger, fails ?? ((_, _) => false))));
        var analyst = _actors.ActorOf(Props.Create(() => new Analyst(measure)));
        _actors.ActorOf(Props.Create(() => new Watcher(watching, ended)));
        await watching.Task;
        var scheduler = _actors.ActorOf(Props.Create(() => new SchedulerActor(LabStations.OnePlace, new[] { Id }, bench, ActorRefs.Nobody, Ledger, TimeProvider.System)));
        _actors.ActorOf(Props.Create(() => new CampaignActor(Id, Ledger, new CampaignCrew(Planner, bench, analyst, scheduler), LabStations.OnePlace, TimeProvider.System)));
        return await ended.Task;
    }

    public async Task<TrialProposed> AskAsync(CampaignState state) =>
        (await Planner.Ask<TrialSuggested>(new SuggestTrial(state, state.Trials.Count + 1), TimeSpan.FromMinutes(1))).Proposal;

    /// <summary>Puts a trial on record that was proposed at these doses and is under way.</summary>
    public void Propose(double cyan, double yellow) =>
        Ledger.Append(Id, [new TrialProposed(State.Trials.Count + 1, Plan.ToValues(new LabAutomation.Learning.Point([cyan, yellow])), null, null, null, "test")]);

    public void Measure(int trial, double difference, double l = 50) => Ledger.Append(Id, [new TrialMeasured(trial, Outputs(difference, l), difference)]);

    public void Dispose()
    {
        _actors.Terminate().Wait();
        Ledger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ImmutableSortedDictionary<string, Quantity> Outputs(double difference, double l) =>
        None.Add("difference", new Quantity(difference, Unit.One)).Add("colour_L", new Quantity(l, Unit.One)).Add("colour_a", new Quantity(0, Unit.One)).Add("colour_b", new Quantity(0, Unit.One));

    /// <summary>Pumps whose counters show three decimals.</summary>
    private sealed class Bench : ReceiveActor
    {
        public Bench(Ledger ledger, Func<string, double, bool> fails) => Receive<BenchMessage.Perform>(perform =>
        {
            var intent = perform.Request.Intent;
            var at = ledger.Append(perform.Campaign, [intent])[0].At;
            Sender.Tell(new ActionBegun(intent, at));
            var volume = intent.Arguments.TryGetValue("volume", out var asked) ? asked.Value : 0;
            var outputs = volume > 0 ? None.Add("volume", Quantity.Of(Math.Round(volume, 3), "mL")) : None;
            var result = fails(intent.Instrument, volume)
                ? new ResultFrame(intent.Action, ActionStatus.Failed, CauseCode.HardwareFault, "stalled", true, None, [], at, at, 1)
                : new ResultFrame(intent.Action, ActionStatus.Succeeded, CauseCode.Success, "", true, outputs, [], at, at, 1);
            var ended = new ActionEnded(intent.Action, intent.Trial, intent.Step, intent.Index, result);
            Sender.Tell(new ActionConcluded(ended, ledger.Append(perform.Campaign, [ended])[0].At));
        });
    }

    private sealed class Analyst : ReceiveActor
    {
        public Analyst(Func<double, double, (double Difference, double L)> measure) => Receive<AnalyseTrial>(asked =>
        {
            var (cyan, yellow) = Doses(asked.Trial.Values);
            var (difference, l) = measure(cyan, yellow);
            Sender.Tell(new TrialAnalysed(asked.Trial.Number, Outputs(difference, l), []));
        });
    }

    private sealed class Watcher : ReceiveActor
    {
        private readonly TaskCompletionSource _watching;

        public Watcher(TaskCompletionSource watching, TaskCompletionSource<CampaignState> ended)
        {
            _watching = watching;
            Receive<CampaignChanged>(changed =>
            {
                if (changed.State.Phase is CampaignPhase.Ended or CampaignPhase.Paused) ended.TrySetResult(changed.State);
            });
        }

        protected override void PreStart()
        {
            Context.System.EventStream.Subscribe(Self, typeof(CampaignChanged));
            _watching.SetResult();
        }
    }
}
