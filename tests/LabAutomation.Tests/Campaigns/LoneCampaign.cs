using System.Collections.Immutable;
using Akka.Actor;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Queue;
using LabAutomation.Agents.Records;
using LabAutomation.Protocol;
using LabAutomation.Tests.StandIns.Akka;
using Microsoft.Extensions.Time.Testing;

namespace LabAutomation.Tests.Campaigns;

/// <summary>The actor of one campaign with its ledger, taken up from a record. What it tells bench and scheduler is looked at by the test, which says what they would.</summary>
internal sealed class LoneCampaign : IDisposable
{
    public const string Id = "lone-1";

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private const string File = """
        campaign: lone
        goal:
          minimise: colour_difference
          until: { trials: 4 }
        parameters:
          cyan: { kind: real, low: 0.1 mL, high: 1 mL }
        errors:
          - { on: link_lost, do: safe_mode }
          - { on: analysis, do: retry, wait: 10 s }
          - { on: hardware_fault, do: prompt, within: 1 h }
        suspend:
          - { instrument: room, property: temperature, high: 26 °C }
        workflow:
          - step: dose
            actions:
              - { instrument: pump, command: dispense, with: { volume: =cyan, rate: 6 mL/min } }
          - step: measure
            within: 10 min
            late: lose
            actions:
              - { instrument: eye, command: acquire, with: { integration: 50 ms, averages: 2 }, as: reading }
          - step: drain
            always: true
            actions:
              - { instrument: waste, command: withdraw, with: { volume: 3 mL, rate: 20 mL/min } }
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: colour_difference }
        planner: { kind: random }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("lone-campaign-").FullName;
    private readonly ActorSystem _actors = ActorSystem.Create("lone-campaign");
    private readonly IActorRef _lab;
    private readonly Ledger _ledger;

    /// <param name="record">What has happened to it.</param>
    public LoneCampaign(params LabEvent[] record)
        : this(parallel: 1, record)
    {
    }

    public LoneCampaign(int parallel, params LabEvent[] record)
    {
        (Bench, Scheduler, Analyst) = (new Probe(_actors), new Probe(_actors), new Probe(_actors));
        _ledger = Ledger.Open(Path.Combine(_folder, "ledger.db"), Clock);
        _ledger.Append(Id, [new CampaignStarted("lone.yaml", File, "", 3, "random", 4, "bench", ImmutableSortedDictionary<string, string>.Empty, parallel), .. record]);
        var crew = new CampaignCrew(new Probe(_actors).Ref, Bench.Ref, Analyst.Ref, Scheduler.Ref);
        _lab = _actors.ActorOf(Props.Create(() => new Lab(Props.Create(() => new CampaignActor(Id, _ledger, crew, LabStations.OnePlace, Clock)))));
    }

    public static TrialProposed Trial { get; } = new(1, new TrialValues([new("cyan", TrialValue.Of(Quantity.Of(0.5, "mL")))]), null, null, null, "test");

    public static ActionIntended Dose { get; } = new(
        ActionId.Derive(Id, 1, "dose", 0, 1), 1, "dose", 0, "pump", "dispense", ImmutableSortedDictionary<string, Quantity>.Empty.Add("volume", Quantity.Of(0.5, "mL")).Add("rate", Quantity.Of(6, "mL/min")), Start.AddMinutes(30));

    public Probe Bench { get; }

    public Probe Scheduler { get; }

    public Probe Analyst { get; }

    public FakeTimeProvider Clock { get; } = new(Start);

    public CampaignState State => CampaignState.Replay(_ledger.Read(Id));

    public IEnumerable<LabEvent> Record => _ledger.Read(Id).Select(entry => entry.Event);

    public static ActionEnded Ended(ActionIntended intent, CauseCode cause = CauseCode.Success) => new(
        intent.Action, intent.Trial, intent.Step, intent.Index, new ResultFrame(intent.Action, cause == CauseCode.Success ? ActionStatus.Succeeded : ActionStatus.Failed, cause, "", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], Start, Start, 1));

    /// <summary>Everything that its first trial does, from first to last.</summary>
    public static LabEvent[] Done()
    {
        ActionIntended Of(string step, string instrument, string command) => new(ActionId.Derive(Id, 1, step, 0, 1), 1, step, 0, instrument, command, ImmutableSortedDictionary<string, Quantity>.Empty, Start.AddMinutes(30));
        ActionIntended[] intents = [Dose, Of("measure", "eye", "acquire"), Of("drain", "waste", "withdraw")];
        return [.. intents.SelectMany(intent => new LabEvent[] { intent, Ended(intent) })];
    }

    /// <summary>As from the lab, to its campaign.</summary>
    public void Tell(object message) => _lab.Tell(message, ActorRefs.NoSender);

    /// <summary>Returns when it has done what it was told before.</summary>
    public Task<QueueReply> OrderAsync(string what, int? trial = null, string? cyan = null, bool now = false) => _lab.Ask<QueueReply>(
        new CampaignRequest.Change(new QueueOrder(what, Id, "ada", "operator", "test", trial, Values: cyan is null ? null : ImmutableSortedDictionary<string, string>.Empty.Add("cyan", cyan), Now: now)), TimeSpan.FromSeconds(20));

    public Task SettledAsync() => OrderAsync("nothing");

    public void Dispose()
    {
        _actors.Terminate().Wait();
        _ledger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Passes to its campaigns, of which there is one, what is asked of all, as the product's does.</summary>
    private sealed class Lab : ReceiveActor
    {
        public Lab(Props campaign)
        {
            var child = Context.ActorOf(campaign, "campaign");
            ReceiveAny(message => child.Forward(message));
        }
    }
}
