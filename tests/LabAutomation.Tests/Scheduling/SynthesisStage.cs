using System.Collections.Immutable;
using LabAutomation.Agents.Bench;
using LabAutomation.Agents.Campaigns;
using LabAutomation.Agents.Scheduling;
using LabAutomation.Protocol;

namespace LabAutomation.Tests.Scheduling;

/// <summary>A lab with two furnaces and an arm, and campaigns that take up what they are granted: the rules, without actors, clock or bus.</summary>
public abstract class SynthesisStage
{
    protected const string Synthesis = """
        campaign: synthesis
        parallel: 8
        constants: { target: 1 }
        goal: { maximise: colour_L, until: { reached: 90, trials: 8 } }
        parameters:
          warmth: { kind: discrete, values: [700 °C, 800 °C] }
        workflow:
          - step: dose
            actions: [ { instrument: doser, command: dose, with: { target: =target } } ]
          - step: heat
            actions: [ { instrument: furnace, command: heat, with: { temperature: =warmth, duration: 4 h } } ]
          - step: measure
            within: 1 h
            actions: [ { instrument: eye, command: acquire, with: { integration: 50 ms }, as: reading } ]
          - step: store
            always: true
            at: bin
        analysis:
          - { analyst: colour, input: reading.spectrum, target: { L: 50, a: 0, b: 0 }, gives: difference }
        """;

    private protected static readonly LabStations Lab = new(
    [
        new("doser", "doser", null, "doser"), new("furnace-a", "furnace", null, "furnace-a", IsBatch: true), new("furnace-b", "furnace", null, "furnace-b", IsBatch: true),
        new("eye", "eye", null, "eye"), new("arm", "arm", null),
    ])
    {
        Locations = [new("doser", [1]), new("furnace-a", [11, 12]), new("furnace-b", [21, 22]), new("eye", [31]), new("bin", [99], IsOutlet: true)],
        Transports = [new("arm", "transfer", ["doser", "furnace-a", "furnace-b", "eye", "bin"], TimeSpan.FromSeconds(40))],
    };

    private protected readonly LabSchedule _schedule = new(Lab);
    private protected readonly SortedDictionary<string, DeclaringCampaign> _campaigns = new(StringComparer.Ordinal);
    private protected DateTimeOffset _now = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private protected static StepDraws Ceria(string step, double amount) => new(step, [new WayDraws([], ImmutableSortedDictionary<string, double>.Empty.Add("ceria", amount))]);

    private protected static LabStations WithBreaker(string name) =>
        Lab with { Instruments = [.. Lab.Instruments.Select(instrument => instrument.Name == name ? instrument with { Breaker = new BreakerLimits(1, TimeSpan.FromHours(1), TimeSpan.FromMinutes(10)) } : instrument)] };

    private protected SchedulerMessage.Concluded Failure(string instrument)
    {
        var action = ActionId.Derive("a", 9, "heat", 0, 1);
        return new SchedulerMessage.Concluded("a", instrument, action, new ResultFrame(action, ActionStatus.Failed, CauseCode.HardwareFault, "broken", true, ImmutableSortedDictionary<string, Quantity>.Empty, [], _now, _now, 1), _now);
    }

    private protected void Propose(string campaign, double warmth, LabSchedule? schedule = null, LabStations? lab = null)
    {
        if (!_campaigns.TryGetValue(campaign, out var declaring)) _campaigns[campaign] = declaring = new DeclaringCampaign(campaign, Synthesis, lab ?? Lab, _now);
        declaring.Propose(new TrialValues([new("warmth", TrialValue.Of(Quantity.Of(warmth, "°C")))]), _now);
        (schedule ?? _schedule).Declare(declaring.Declare());
    }

    private protected IReadOnlyList<Grant> Plan() => [.. _schedule.Plan(_now).SelectMany(together => together).Select(one => one.Grant)];

    private protected void Do(Grant grant) => Do(_campaigns.Keys.Single(), grant);

    private protected void Do(string campaign, Grant grant, LabSchedule? schedule = null)
    {
        _campaigns[campaign].Begin(grant, _now);
        (schedule ?? _schedule).Declare(_campaigns[campaign].Declare(grant.Number));
    }

    /// <summary>What runs for a minute has ended; heating goes on, unless it is said to be over.</summary>
    private protected void Pass(TimeSpan time, LabSchedule? schedule = null, bool isHeated = false)
    {
        _now += time;
        foreach (var declaring in _campaigns.Values)
        {
            declaring.End(_now, isHeated);
            (schedule ?? _schedule).Declare(declaring.Declare());
        }
    }
}
